import { createHash } from 'node:crypto';

/**
 * The device-type templates that LAVA installs in /usr/share/lava-server/device-types, as of 2023.01 (Debian's
 * lava-server 2023.01-2), each with the start of its SHA-256: enough to distinguish LAVA's text from a changed copy.
 */
const digests: ReadonlyMap<string, string> = new Map(
  `
    aaeon-UPN-EHLX4RE-A10-0864:9f8832b393 acer-R721T-grunt:4caa4f30df acer-cb317-1h-c3z6-dedede:0286316a8c
    adb-nuc:ceb244abb1 alpine-db:9342b9113d am335x-sancloud-bbe:b8e2163cc2 am437x-idk-evm:92fb3bde25
    am57xx-beagle-x15:ef858ad354 am6:285111b9a8 apq8016-sbc-uboot:3db39d83da ar9331-dpt-module:e703cedd7c
    arduino-nano-33-ble:b28d76de7e arduino101:a79f4b055f armada-370-db:86ef92deb1 armada-370-rd:8f5bcb9414
    armada-3720-db:bfde14c79f armada-3720-espressobin:32e3378af5 armada-375-db:47b10bac0b
    armada-385-db-ap:07c84088e1 armada-388-clearfog-pro:5cab0f1eb9 armada-388-clearfog:ef1bbb0561
    armada-388-gp:1251528e20 armada-398-db:c9af572f5e armada-7040-db:c0393d2097 armada-8040-db:76ba8c50f5
    armada-xp-db:dd6635f2de armada-xp-gp:a1b3ad9830 armada-xp-linksys-mamba:8fa51c9ca1
    armada-xp-openblocks-ax3-4:c141dee3a5 arndale:bc6b6bd68b asus-C433TA-AJ0005-rammus:cb653e7928
    asus-C436FA-Flip-hatch:8e086c0530 asus-C523NA-A20057-coral:5fc8d1de0b asus-CM1400CXA-dalboz:7417ba5698
    asus-cx9400-volteer:667e6d9f81 at91-sama5d2_xplained:4e5cae1900 at91-sama5d4_xplained:9b19415c51
    at91rm9200ek:f96a9c4035 at91sam9261ek:8a7c9b3f29 at91sam9g20ek:c6e6049990 at91sam9m10g45ek:b263c53a27
    at91sam9x25ek:3ee22360c3 at91sam9x35ek:1df19cd9a9 ava:2d21896b6d avenger96:d862db4e96 b2120h410:8e83bda7ca
    b2260:b41a5e2bb6 base-barebox:b03b9d8669 base-depthcharge:e12baf69b8 base-edk2:dc2fedbd40
    base-fastboot:2860b27cfd base-grub:d640279f20 base-uboot:fab84a6361 base:9aa4f6202a
    bcm2711-rpi-4-b:5d90b17832 bcm2835-rpi-b-rev2:b21b10d485 bcm2836-rpi-2-b:a14f0ea084
    bcm2837-rpi-3-b-32:6cf64980b1 bcm2837-rpi-3-b:3058561920 beagle-xm:7469069edc
    beaglebone-black-barebox:a47bf451a1 beaglebone-black:cd14ddeb93 cc13x2-launchpad:af3dedd42a
    cc3220SF:5924158a38 cubietruck:14fce21cc1 cy8ckit-064s0s2-4343w:9c08d7e208 d02:1e8d2e95f5 d03:fd3137fce3
    d2500cc:8983cf99a6 da850-lcdk:aeac56928d de0-nano-soc:00e10ed5ed
    dell-latitude-5400-4305U-sarien:c31b615a34 dell-latitude-5400-8665U-sarien:5118fb0f69
    disco-l475-iot1:40f34fdc9b docker:86e94a90a0 dove-cubox:508dbdafc2 dra7-evm:8d5d7b4d42
    dragonboard-410c:b47aeb4454 dragonboard-820c:eea5d15e40 dragonboard-845c:19496fe013
    exynos4-5-common:e197ebb720 exynos5420-common:3c686324b3 frdm-k64f:0dc03684d6 frdm-kw41z:d1d0557faa
    fsl-ls-common:14bdef825b fsl-ls1012a-rdb:0855e2550e fsl-ls1028a-rdb:4f52b9cdeb fsl-ls1043a-rdb:60c643a919
    fsl-ls1046a-frwy:96844c10a5 fsl-ls1046a-rdb:75a7929c4c fsl-ls1088a-rdb:ece46da32b
    fsl-ls2088a-rdb:f19c3a1ff9 fsl-lx2160a-rdb:1e27a426e4 fsl-lx2162a-qds:da4cf3860a fsl-s32v234sbc:be6669fd37
    fvp:bb681c1f98 hi6220-hikey-bl:6fc1c8be88 hi6220-hikey-r2:1950ffac64 hi6220-hikey:8465da2c2e
    hi960-hikey:91f89dbad8 hifive-unleashed-a00:fed6308181 highbank:8fd0515280 hip07-d05:12ffe076aa
    hp-11A-G6-EE-grunt:54af99bc5c hp-14-db0003na-grunt:4409105829
    hp-x360-12b-ca0010nr-n4020-octopus:6ea2de6951 hp-x360-12b-ca0500na-n4000-octopus:f1cd44f912
    hp-x360-14-G1-sona:23d576e180 hp-x360-14a-cb0001xx-zork:38a4f25119 hsdk:8e91c279a5 i945gsex-qs:d8eba52223
    ifc6410:312b64faf5 imx23-olinuxino:ca93b87975 imx27-phytec-phycard-s-rdk:1025223f89
    imx28-duckbill:a73ca9ae80 imx53-qsrb:f6516609cb imx6dl-riotboard:63604f2259 imx6dl-sabreauto:2c31ab58f0
    imx6dl-sabresd:2214825946 imx6dl-udoo:c18c6e0cff imx6q-nitrogen6x:d28118bd5b imx6q-sabreauto:2c31ab58f0
    imx6q-sabrelite:9e111ac85b imx6q-sabresd:2214825946 imx6q-udoo:3a75b5cfe9
    imx6q-var-dt6customboard:da8b65c198 imx6qdl-common:a16b57a78c imx6qp-sabreauto:2c31ab58f0
    imx6qp-sabresd:2214825946 imx6qp-wandboard-revd1:a950220e92 imx6sl-evk:99c0ac452d imx6sll-evk:0ac79b6f67
    imx6sx-sdb:8c457bb621 imx6ul-14x14-evk:8c457bb621 imx6ul-pico-hobbit:c35821e3d3
    imx6ull-14x14-evk:8c457bb621 imx6ull-evk:8c457bb621 imx6ulz-14x14-evk:0ac79b6f67
    imx6ulz-lite-evk:0ac79b6f67 imx6us7d-common:21b237b31f imx7d-sdb:8c457bb621 imx7s-warp:6a4c5f1cb4
    imx7u-common:e9902f0381 imx7ulp-evk:ef0c855635 imx8dx-mek:c24c0150bc imx8dxl-ddr3l-evk:1414046fd4
    imx8dxl-evk:3a34cae8e3 imx8dxl-phantom-mek:c24c0150bc imx8m-common:049a9acd46 imx8mm-ddr4-evk:3a647082b8
    imx8mm-evk:3a647082b8 imx8mn-ddr3l-evk:3a647082b8 imx8mn-ddr4-evk:3a647082b8 imx8mn-evk:3a647082b8
    imx8mp-ab2:3a647082b8 imx8mp-ddr4-evk:d4dc9abe74 imx8mp-evk:f6fc8df832 imx8mq-evk:db3646c27e
    imx8mq-zii-ultra-zest:5109848208 imx8q-common:de77357b33 imx8qm-mek:c24c0150bc imx8qxp-mek:c24c0150bc
    imx8u-common:07696bdacf imx8ulp-9x9-evk:2b79b86021 imx8ulp-evk:ad507aad27 imx9-common:a432fa30e9
    imx93-11x11-evk:77426df648 imx93-9x9-qsb:6703b561df intel-ixp42x-welltech-epbx100:7d0cfefdec
    jetson-tk1:b32e75da6d jh7100-beaglev-starlight:9560d73405 jh7100-starfive-visionfive-v1:93c92081d0
    jh7100-visionfive:27ff9b00d2 juno-uboot:f83959dd77 juno-uefi:02aca8cc95 juno:eeacdc582b
    k3-am625-sk:3f4e804b6b kirkwood-db-88f6282:ac326486f2 kirkwood-openblocks_a7:bac5926ace
    kontron-bl-imx8mm:def3d0f65f kontron-kbox-a-230-ls:60da4607df kontron-kswitch-d10-mmt-6g-2gs:d30e8de4bd
    kontron-kswitch-d10-mmt-8g:f1e9455fe0 kontron-kswitch-d10-mmt-common:36301cf681
    kontron-pitx-imx8m:def3d0f65f kontron-sl28-common:5b4e6a1096 kontron-sl28-var3-ads2:ae232ef9ae
    kv260:2068653450 kvm:88e91f23ec lava-slave-docker:d5ef597c44 lenovo-TPad-C13-Yoga-zork:a53337fd21
    lenovo-hr330a-7x33cto1ww-emag:059582c47f lpcxpresso55s69:c254ff8426 ls1021a-twr:32a47d34e8 lxc:fdd8a289db
    mediatek-8173:4e354aed75 meson-axg-s400:4150ca0c8e meson-g12-common:93c66bb4d7
    meson-g12a-sei510:fe1ba9fe56 meson-g12a-u200:13987efa82 meson-g12a-x96-max:9a4823d0d2
    meson-g12b-a311d-khadas-vim3:8db3526795 meson-g12b-odroid-n2:82b32ee106 meson-gx-common:17f5d169b8
    meson-gxbb-nanopi-k2:5178fd7c5d meson-gxbb-p200:199482e099 meson-gxl-s805x-libretech-ac:4150ca0c8e
    meson-gxl-s805x-p241:fe166652c6 meson-gxl-s905d-p230:f7a35649ab meson-gxl-s905x-khadas-vim:4ccd263609
    meson-gxl-s905x-libretech-cc:0662c9b1f2 meson-gxl-s905x-p212:c147dd8c95 meson-gxm-khadas-vim2:9347119dcc
    meson-gxm-q200:1d184b1c4a meson-sm1-khadas-vim3l:752deccc3e meson-sm1-odroid-c4:4150ca0c8e
    meson-sm1-sei610:9091121d06 meson8b-ec100:a4c3580052 meson8b-odroidc1:93acb82622 mimxrt1050_evk:3a11b2088a
    minnowboard-common:a5a0b9437e minnowboard-max-E3825:17f562c1d3 minnowboard-turbot-E3826:17f562c1d3
    moonshot-m400:6168c038f4 morello:f4378fbaee mps:288b695198 mt8173-elm-hana:9ef68c078e
    mt8183-kukui-jacuzzi-juniper-sku16:579772c4da mt8192-asurada-rev1:ed2150cff5
    mt8192-asurada-spherion-r0:6abe43a8ac mt8195-cherry-tomato-r2:0af49212b6 musca-a:b2d9b23fd3
    musca-b:b2d9b23fd3 musca-s:80f7cc3150 musca:2a2b754b5f mustang-grub-efi:e6781d8066 mustang-uefi:c912df98e8
    mustang:f94f69f9ec n1sdp:3acd43a8b3 nexus10:86318c9f3a nexus4:c0cc7a5f6f nexus5x:0197d9818d
    nexus9:167468c93b nrf52-nitrogen:943c65b9dc nucleo-l476rg:46191a5169 nxp-ls2088:9b02a4208f
    odroid-n2:3465bc6a7e odroid-x2:655c9c7b02 odroid-xu3:c8ce7c5ccd orion5x-rd88f5182-nas:3cedbcd361
    overdrive:f00f321d8c ox820-cloudengines-pogoplug-series-3:7880b3a557 panda:f498c907e4 pc-k10n78:5afdc43b77
    peach-pi:5c57710026 pixel:deeb3c0097 poplar:fe91c883fd qcom-qdf2400:8dfb8cbaf1 qcs404-evb-1k:5b74ea0805
    qcs404-evb-4k:6569e6291f qemu-aarch64:b4c8ace687 qemu:0393a0364d qrb5165-rb5:e02e4aa018
    r8a7742-iwg21d-q7:8ffe2a3d9f r8a7743-iwg20d-q7:79a8023a0c r8a7744-iwg20d-q7:38d9a079e1
    r8a7745-iwg22d-sodimm:35f15e4ef0 r8a77470-iwg23s-sbc:b94a596733 r8a774a1-hihope-rzg2m-ex:eb5ad64120
    r8a774b1-hihope-rzg2n-ex:1d17942c51 r8a774c0-ek874:a13d22fdf0 r8a774e1-hihope-rzg2h-ex:d1fcd40e0b
    r8a7791-porter:04b2e29dc3 r8a7795-h3ulcb-kf:aea3849afe r8a7795-salvator-x:7eb9330c95
    r8a77950-ulcb:c7aa61a5a4 r8a7796-m3ulcb-kf:483e1a1b51 r8a7796-m3ulcb:1de5690c19
    rcar-gen3-common:62de2b57d8 rk3288-miqi:10abc34fdb rk3288-rock2-square:4b36e364b3
    rk3288-veyron-jaq:7613909aec rk3328-rock64:e81babfe75 rk3399-gru-kevin:5066247b1b
    rk3399-khadas-edge-v:aee84ab634 rk3399-puma-haikou:99d8c8e3c4 rk3399-roc-pc:5c43e3f0cf
    rk3399-rock-pi-4b:f12e339b22 rpi-common:79aa6445e4 rzg1-common:300140d3ca rzg2-common:3fa7c46cba
    rzn1d:a2bd2e0a83 s32v234-evb:e545ac9722 sama53d:1f6614584d sama5d34ek:28c46d75a6 sama5d36ek:0ea4d6ded6
    sc7180-trogdor-kingoftown:1a724c5009 sc7180-trogdor-lazor-limozeen:34a0f1dc73 sdm845-mtp:b65f96d9e8
    seco-b68:66f8f511f0 seco-c61:f08b00699c sharkl2:cd5425c49a sm8150-mtp:1c74f8a249 sm8250-mtp:723bfda03c
    sm8350-hdk:164528e445 sm8350-mtp:d2927b6247 snow:ad889d654a soca9:0bd97e5510
    socfpga-cyclone5-socrates:4150166127 ssh:c2b052ecfa stm32-carbon:bbf99f12eb stm32l562e-dk:73f8cc79d7
    stm32mp157c-dk2:738dd28caf stm32mp157c-lxa-mc1:1cd7c00770 sun4i-a10-olinuxino-lime:e1f6361e7f
    sun50i-a64-bananapi-m64:0395c057fa sun50i-a64-pine64-plus:b9eaaac59d
    sun50i-h5-libretech-all-h3-cc:2d941545a3 sun50i-h5-nanopi-neo-plus2:ab3904107f
    sun50i-h6-orangepi-3:5a0b96da3d sun50i-h6-orangepi-one-plus:7a120f5770
    sun50i-h6-pine-h64-model-b:ec08cd362e sun50i-h6-pine-h64:036664ec56 sun5i-a13-olinuxino-micro:0829bc57e0
    sun5i-gr8-chip-pro:fbe77fe7c3 sun5i-r8-chip:39ee6aee89 sun6i-a31-app4-evb1:d2d5209283
    sun7i-a20-cubieboard2:c86ccd440f sun7i-a20-olinuxino-lime2:e1f6361e7f sun7i-a20-olinuxino-micro:d5ecfe06e6
    sun8i-a23-evb:0fd85fb732 sun8i-a33-olinuxino:e023b07d8e sun8i-a33-sinlinx-sina33:de8d64d033
    sun8i-a83t-allwinner-h8homlet-v2:b32ebfae2d sun8i-a83t-bananapi-m3:6fbc37866f
    sun8i-h2-plus-bananapi-m2-zero:77fd8bf3dd sun8i-h2-plus-libretech-all-h3-cc:ab15faac9b
    sun8i-h2-plus-orangepi-r1:8af2e9deaf sun8i-h2-plus-orangepi-zero:23aaea398d
    sun8i-h3-bananapi-m2-plus:49aab61943 sun8i-h3-libretech-all-h3-cc:9607e52a90
    sun8i-h3-orangepi-pc:bbfce9aeba sun8i-r40-bananapi-m2-ultra:5ee772b0fb sun9i-a80-cubieboard4:2136ca614a
    sunxi-common:66e9a3e4fa synquacer-acpi:2929fa4df2 synquacer-dtb:2929fa4df2 synquacer-uboot:81b6f31d82
    synquacer:acee627792 tc2:ab063f5c11 tegra124-common:c8f0e4d7ab tegra124-nyan-big:a0dbdf1bd1
    thunderx:5a5eaae645 upsquare:a3b7b89f2e vexpress:28773e7ec5 x15-bl:ce94f80a7c x15:672e3822dc
    x86-atom330:81eb3aa0b6 x86-celeron:81eb3aa0b6 x86-pentium4:20e470cad7 x86-x5-z8350:a26879eb3e
    x86:d8a76b06af xilinx-zcu102:c989f0dce2
  `
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const colon = entry.lastIndexOf(':');
      return [entry.slice(0, colon), entry.slice(colon + 1)] as const;
    }),
);

/** Names of the templates that LAVA ships. A lab's template with one of these names replaces LAVA's. */
export const shippedTemplates: ReadonlySet<string> = new Set(digests.keys());

/** Whether a text is the template that LAVA 2023.01 ships under this name. */
export function isShippedText(name: string, text: string): boolean {
  const digest = digests.get(name);
  return digest !== undefined && createHash('sha256').update(text).digest('hex').startsWith(digest);
}
