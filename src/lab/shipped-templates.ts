/**
 * Names of the device-type templates that LAVA installs in /usr/share/lava-server/device-types, as of 2023.01
 * (Debian's lava-server 2023.01-2): a lab template under one of them replaces it.
 */
export const shippedTemplates: ReadonlySet<string> = new Set(
  `
    aaeon-UPN-EHLX4RE-A10-0864 acer-R721T-grunt acer-cb317-1h-c3z6-dedede adb-nuc alpine-db am335x-sancloud-bbe
    am437x-idk-evm am57xx-beagle-x15 am6 apq8016-sbc-uboot ar9331-dpt-module arduino-nano-33-ble arduino101
    armada-370-db armada-370-rd armada-3720-db armada-3720-espressobin armada-375-db armada-385-db-ap
    armada-388-clearfog-pro armada-388-clearfog armada-388-gp armada-398-db armada-7040-db armada-8040-db
    armada-xp-db armada-xp-gp armada-xp-linksys-mamba armada-xp-openblocks-ax3-4 arndale
    asus-C433TA-AJ0005-rammus asus-C436FA-Flip-hatch asus-C523NA-A20057-coral asus-CM1400CXA-dalboz
    asus-cx9400-volteer at91-sama5d2_xplained at91-sama5d4_xplained at91rm9200ek at91sam9261ek at91sam9g20ek
    at91sam9m10g45ek at91sam9x25ek at91sam9x35ek ava avenger96 b2120h410 b2260 base-barebox base-depthcharge
    base-edk2 base-fastboot base-grub base-uboot base bcm2711-rpi-4-b bcm2835-rpi-b-rev2 bcm2836-rpi-2-b
    bcm2837-rpi-3-b-32 bcm2837-rpi-3-b beagle-xm beaglebone-black-barebox beaglebone-black cc13x2-launchpad
    cc3220SF cubietruck cy8ckit-064s0s2-4343w d02 d03 d2500cc da850-lcdk de0-nano-soc
    dell-latitude-5400-4305U-sarien dell-latitude-5400-8665U-sarien disco-l475-iot1 docker dove-cubox dra7-evm
    dragonboard-410c dragonboard-820c dragonboard-845c exynos4-5-common exynos5420-common frdm-k64f frdm-kw41z
    fsl-ls-common fsl-ls1012a-rdb fsl-ls1028a-rdb fsl-ls1043a-rdb fsl-ls1046a-frwy fsl-ls1046a-rdb
    fsl-ls1088a-rdb fsl-ls2088a-rdb fsl-lx2160a-rdb fsl-lx2162a-qds fsl-s32v234sbc fvp hi6220-hikey-bl
    hi6220-hikey-r2 hi6220-hikey hi960-hikey hifive-unleashed-a00 highbank hip07-d05 hp-11A-G6-EE-grunt
    hp-14-db0003na-grunt hp-x360-12b-ca0010nr-n4020-octopus hp-x360-12b-ca0500na-n4000-octopus
    hp-x360-14-G1-sona hp-x360-14a-cb0001xx-zork hsdk i945gsex-qs ifc6410 imx23-olinuxino
    imx27-phytec-phycard-s-rdk imx28-duckbill imx53-qsrb imx6dl-riotboard imx6dl-sabreauto imx6dl-sabresd
    imx6dl-udoo imx6q-nitrogen6x imx6q-sabreauto imx6q-sabrelite imx6q-sabresd imx6q-udoo
    imx6q-var-dt6customboard imx6qdl-common imx6qp-sabreauto imx6qp-sabresd imx6qp-wandboard-revd1 imx6sl-evk
    imx6sll-evk imx6sx-sdb imx6ul-14x14-evk imx6ul-pico-hobbit imx6ull-14x14-evk imx6ull-evk imx6ulz-14x14-evk
    imx6ulz-lite-evk imx6us7d-common imx7d-sdb imx7s-warp imx7u-common imx7ulp-evk imx8dx-mek imx8dxl-ddr3l-evk
    imx8dxl-evk imx8dxl-phantom-mek imx8m-common imx8mm-ddr4-evk imx8mm-evk imx8mn-ddr3l-evk imx8mn-ddr4-evk
    imx8mn-evk imx8mp-ab2 imx8mp-ddr4-evk imx8mp-evk imx8mq-evk imx8mq-zii-ultra-zest imx8q-common imx8qm-mek
    imx8qxp-mek imx8u-common imx8ulp-9x9-evk imx8ulp-evk imx9-common imx93-11x11-evk imx93-9x9-qsb
    intel-ixp42x-welltech-epbx100 jetson-tk1 jh7100-beaglev-starlight jh7100-starfive-visionfive-v1
    jh7100-visionfive juno-uboot juno-uefi juno k3-am625-sk kirkwood-db-88f6282 kirkwood-openblocks_a7
    kontron-bl-imx8mm kontron-kbox-a-230-ls kontron-kswitch-d10-mmt-6g-2gs kontron-kswitch-d10-mmt-8g
    kontron-kswitch-d10-mmt-common kontron-pitx-imx8m kontron-sl28-common kontron-sl28-var3-ads2 kv260 kvm
    lava-slave-docker lenovo-TPad-C13-Yoga-zork lenovo-hr330a-7x33cto1ww-emag lpcxpresso55s69 ls1021a-twr lxc
    mediatek-8173 meson-axg-s400 meson-g12-common meson-g12a-sei510 meson-g12a-u200 meson-g12a-x96-max
    meson-g12b-a311d-khadas-vim3 meson-g12b-odroid-n2 meson-gx-common meson-gxbb-nanopi-k2 meson-gxbb-p200
    meson-gxl-s805x-libretech-ac meson-gxl-s805x-p241 meson-gxl-s905d-p230 meson-gxl-s905x-khadas-vim
    meson-gxl-s905x-libretech-cc meson-gxl-s905x-p212 meson-gxm-khadas-vim2 meson-gxm-q200
    meson-sm1-khadas-vim3l meson-sm1-odroid-c4 meson-sm1-sei610 meson8b-ec100 meson8b-odroidc1 mimxrt1050_evk
    minnowboard-common minnowboard-max-E3825 minnowboard-turbot-E3826 moonshot-m400 morello mps mt8173-elm-hana
    mt8183-kukui-jacuzzi-juniper-sku16 mt8192-asurada-rev1 mt8192-asurada-spherion-r0 mt8195-cherry-tomato-r2
    musca-a musca-b musca-s musca mustang-grub-efi mustang-uefi mustang n1sdp nexus10 nexus4 nexus5x nexus9
    nrf52-nitrogen nucleo-l476rg nxp-ls2088 odroid-n2 odroid-x2 odroid-xu3 orion5x-rd88f5182-nas overdrive
    ox820-cloudengines-pogoplug-series-3 panda pc-k10n78 peach-pi pixel poplar qcom-qdf2400 qcs404-evb-1k
    qcs404-evb-4k qemu-aarch64 qemu qrb5165-rb5 r8a7742-iwg21d-q7 r8a7743-iwg20d-q7 r8a7744-iwg20d-q7
    r8a7745-iwg22d-sodimm r8a77470-iwg23s-sbc r8a774a1-hihope-rzg2m-ex r8a774b1-hihope-rzg2n-ex r8a774c0-ek874
    r8a774e1-hihope-rzg2h-ex r8a7791-porter r8a7795-h3ulcb-kf r8a7795-salvator-x r8a77950-ulcb
    r8a7796-m3ulcb-kf r8a7796-m3ulcb rcar-gen3-common rk3288-miqi rk3288-rock2-square rk3288-veyron-jaq
    rk3328-rock64 rk3399-gru-kevin rk3399-khadas-edge-v rk3399-puma-haikou rk3399-roc-pc rk3399-rock-pi-4b
    rpi-common rzg1-common rzg2-common rzn1d s32v234-evb sama53d sama5d34ek sama5d36ek
    sc7180-trogdor-kingoftown sc7180-trogdor-lazor-limozeen sdm845-mtp seco-b68 seco-c61 sharkl2 sm8150-mtp
    sm8250-mtp sm8350-hdk sm8350-mtp snow soca9 socfpga-cyclone5-socrates ssh stm32-carbon stm32l562e-dk
    stm32mp157c-dk2 stm32mp157c-lxa-mc1 sun4i-a10-olinuxino-lime sun50i-a64-bananapi-m64 sun50i-a64-pine64-plus
    sun50i-h5-libretech-all-h3-cc sun50i-h5-nanopi-neo-plus2 sun50i-h6-orangepi-3 sun50i-h6-orangepi-one-plus
    sun50i-h6-pine-h64-model-b sun50i-h6-pine-h64 sun5i-a13-olinuxino-micro sun5i-gr8-chip-pro sun5i-r8-chip
    sun6i-a31-app4-evb1 sun7i-a20-cubieboard2 sun7i-a20-olinuxino-lime2 sun7i-a20-olinuxino-micro sun8i-a23-evb
    sun8i-a33-olinuxino sun8i-a33-sinlinx-sina33 sun8i-a83t-allwinner-h8homlet-v2 sun8i-a83t-bananapi-m3
    sun8i-h2-plus-bananapi-m2-zero sun8i-h2-plus-libretech-all-h3-cc sun8i-h2-plus-orangepi-r1
    sun8i-h2-plus-orangepi-zero sun8i-h3-bananapi-m2-plus sun8i-h3-libretech-all-h3-cc sun8i-h3-orangepi-pc
    sun8i-r40-bananapi-m2-ultra sun9i-a80-cubieboard4 sunxi-common synquacer-acpi synquacer-dtb synquacer-uboot
    synquacer tc2 tegra124-common tegra124-nyan-big thunderx upsquare vexpress x15-bl x15 x86-atom330
    x86-celeron x86-pentium4 x86-x5-z8350 x86 xilinx-zcu102
  `
    .trim()
    .split(/\s+/),
);
