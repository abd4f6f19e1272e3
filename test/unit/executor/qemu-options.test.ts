import { describe, expect, it } from 'vitest';
import { splitCommand } from '../../../src/executor/console/command-line.js';
import { problemOfHeader } from '../../../src/executor/qemu/disk-image.js';
import { variablesForOptions, variablesWithLineBreaks } from '../../../src/executor/qemu/job-context.js';
import { judgeQemuOptions } from '../../../src/executor/qemu/judge-options.js';

const labels = new Set(['kernel', 'initrd', 'rootfs', 'dtb']);

function judge(line: string, allowed: readonly string[] = []): string[] {
  return judgeQemuOptions(splitCommand(line), { labels, allowed });
}

describe('options of QEMU that a job may use', () => {
  it.each([
    '-kernel {kernel} -append "console=ttyS0,115200 root=/dev/vda1 init=/sbin/init"',
    '-initrd {initrd} -dtb {dtb}',
    '-drive format=raw,file={rootfs},if=virtio',
    '-drive file={rootfs},if=none,id=hd0,format=qcow2 -device virtio-blk-device,drive=hd0',
    '-drive if=pflash,format=raw,file={rootfs},readonly=on',
    '-hda {rootfs} -snapshot',
    '-cdrom {rootfs} -boot order=d,once=c',
    '-machine virt,gic-version=3,virtualization=on -cpu cortex-a57 -smp 4,sockets=1 -m 2G,slots=2,maxmem=4G',
    '-M q35,accel=kvm:tcg -cpu host,+invtsc,migratable=no -enable-kvm',
    '-nographic -monitor none -serial stdio -display none -vga none -no-reboot',
    '-net nic,model=virtio,macaddr=52:54:00:12:34:58 -net user',
    '-netdev user,id=n0,net=10.0.2.0/24 -device virtio-net-pci,netdev=n0,mac=52:54:00:12:34:58',
    '-nic user,model=virtio',
    '-object rng-random,id=r0,filename=/dev/urandom -device virtio-rng-pci,rng=r0',
    '-device loader,file={kernel},addr=0x80000000',
    '-device qemu-xhci --device usb-storage,drive=hd0',
    '-rtc base=utc,clock=host -name guest -uuid 0c9e1d4a-0000-4000-8000-000000000000',
  ])('accepts %s', (line) => {
    expect(judge(line)).toEqual([]);
  });

  it.each([
    // Files of the worker.
    '-drive file=/etc/shadow,format=raw',
    '-drive file={rootfs},file=/etc/shadow',
    '-drive file.filename=/etc/shadow,file.driver=file',
    '-drive file={rootfs},backing.file.filename=/etc/shadow',
    '-drive file=json:{"driver":"raw"}',
    '-drive file=nbd:localhost:10809',
    '-drive file=fat:rw:/root',
    '-drive file={rootfs},format=vmdk',
    '-drive file={other}',
    '-drive file=x{rootfs}',
    '-hda /etc/shadow',
    '/etc/shadow',
    '-kernel ../../job.yaml',
    '-initrd "{initrd},/etc/shadow"',
    '-bios /etc/shadow',
    '-device virtio-net-pci,romfile=/etc/shadow',
    '-device loader,file=/etc/shadow,addr=0',
    '-device usb-mtp,rootdir=/',
    '-device virtio-9p-pci,fsdev=x',
    '-device vfio-pci,host=00:1f.0',
    '-device virtio-net-pci,driver=vfio-pci',
    '-device driver=vfio-pci',
    `-device '{"driver":"vfio-pci"}'`,
    '-virtfs local,path=/,mount_tag=x,security_model=none',
    '-fsdev local,id=x,path=/,security_model=none',
    '-fw_cfg name=opt/x,file=/etc/shadow',
    '-acpitable file=/etc/shadow',
    '-smbios file=/etc/shadow',
    '-smbios type=11,path=/etc/shadow',
    '-option-rom /etc/shadow',
    '-L /tmp',
    '-object memory-backend-file,id=m,size=1M,mem-path=/root/x',
    '-object rng-random,id=r,filename=/etc/shadow',
    '-object secret,id=s,file=/etc/shadow',
    '-machine virt,dumpdtb=/root/x',
    '-machine virt,kernel=/etc/shadow',
    '-boot splash=/etc/shadow',
    '-tftp /',
    '-readconfig /root/x',
    '-writeconfig /root/x',
    '-D /root/x -d exec',
    '-trace file=/root/x',
    '-pidfile /root/x',
    '-icount shift=1,rr=record,rrfile=/root/x',
    '-semihosting-config enable=on,target=native',
    '-plugin /tmp/x.so',
    // Programs and ports of the worker.
    '-netdev user,id=n,guestfwd=tcp:10.0.2.100:1-cmd:id',
    '-nic user,guestfwd=tcp:10.0.2.100:1-cmd:id',
    '-net user,smb=/',
    '-netdev user,id=n,tftp=/root',
    '-netdev user,id=n,hostfwd=tcp::2222-:22',
    '-netdev tap,id=n,script=/tmp/x',
    '-netdev bridge,helper=/tmp/x',
    `-netdev '{"type":"tap","id":"n"}'`,
    '-incoming exec:id',
    '-chardev file,id=x,path=/root/x',
    '-chardev socket,id=x,path=/run/x',
    '-serial file:/root/x',
    '-serial tcp::4444,server',
    '-parallel file:/root/x',
    '-gdb tcp::1234',
    '-s',
    '-vnc :1',
    '-spice port=5900',
    // A monitor can do all of that.
    '-monitor stdio',
    '-monitor unix:/tmp/x,server',
    '-qmp stdio',
    '-mon chardev=x',
    '-serial mon:stdio',
    '-daemonize',
    '-run-with user=root',
  ])('rejects %s', (line) => {
    expect(judge(line)).not.toEqual([]);
  });

  it('accepts more if the worker allows it, and no disk after an option without a value', () => {
    expect(judge('-virtfs local,path=/srv,mount_tag=x', ['-virtfs'])).toEqual([]);
    expect(judge('-virtfs local,path=/srv -s', ['-virtfs'])).toHaveLength(1);
    expect(judge('-s', ['-s'])).toEqual([]);
    expect(judge('-s /etc/shadow', ['-s'])).toHaveLength(1);
    expect(judge('-nographic /etc/shadow', ['-nographic'])).toHaveLength(1);
  });
});

describe('the context of a job', () => {
  it('is harmless if it names an architecture and sizes', () => {
    const context = { arch: 'amd64', no_kvm: true, memory: 2048, cpu: 'cortex-a57', machine: 'virt' };
    expect(variablesForOptions(context)).toEqual([]);
  });

  it.each([
    { extra_options: ['-drive', 'file=/etc/shadow'] },
    { netdevice: 'user,guestfwd=tcp:10.0.2.100:1-cmd:id' },
    { cpu: 'host -monitor stdio' },
    { memory: '512 -s' },
    { monitor: 'stdio' },
    { machine: '-s' },
    { lab_variable: 'x' },
  ])('may have changed options: %j', (context) => {
    expect(variablesForOptions(context)).toEqual(Object.keys(context));
  });

  it('may not contain line breaks, with which it could add keys', () => {
    expect(
      variablesWithLineBreaks({ a: 'x\ncommands: {connect: id}', b: ['\u2028'], c: { d: '\u0085' } }),
    ).toEqual(['a', 'b', 'c']);
    expect(variablesWithLineBreaks({ a: 'x', b: 1, c: null, d: ['y'] })).toEqual([]);
  });
});

describe('images of disks', () => {
  const limit = 2 ** 30;

  function qcow2(change: (header: Buffer) => void): Buffer {
    const header = Buffer.alloc(512);
    header.write('QFI\xfb', 'latin1');
    header.writeUInt32BE(3, 4);
    header.writeBigUInt64BE(BigInt(limit), 24);
    change(header);
    return header;
  }

  it('may be raw or qcow2', () => {
    expect(problemOfHeader(Buffer.alloc(512), limit)).toBeUndefined();
    expect(problemOfHeader(Buffer.from('#!/bin/sh\n'), limit)).toBeUndefined();
    expect(
      problemOfHeader(
        qcow2(() => undefined),
        limit,
      ),
    ).toBeUndefined();
  });

  it.each<[string, Buffer]>([
    ['a backing file', qcow2((header) => header.writeBigUInt64BE(600n, 8))],
    ['an external data file', qcow2((header) => header.writeBigUInt64BE(4n, 72))],
    ['a size beyond the limit', qcow2((header) => header.writeBigUInt64BE(BigInt(limit) + 1n, 24))],
    ['qed', Buffer.from('QED\0')],
    ['vmdk', Buffer.from('KDMV')],
    ['a description of vmdk', Buffer.from('# Disk DescriptorFile\nversion=1\nRW 1 FLAT "/etc/shadow" 0\n')],
    ['a description of vmdk without a title', Buffer.from(' \nversion=1\n')],
  ])('may not have %s', (_, header) => {
    expect(problemOfHeader(header, limit)).toEqual(expect.any(String));
  });
});
