import { describe, expect, it } from 'vitest';
import { isPrivateAddress } from './private-address.ts';

/** Addresses that no request may reach, one or more of every network. */
const privateIpv4 = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.1.2.3',
  '168.63.129.16',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.254',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '192.168.255.255',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
];

/** Every way a URL can write an IPv4 address, in numbers or within IPv6. */
function encodings(address: string): string[] {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number) => value.toString(16);
  const octal = (value: number) => `0${value.toString(8)}`;
  const groups = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
  return [
    address,
    `${address}.`,
    String(number),
    `0x${hex(number)}`,
    `0X${hex(number).toUpperCase()}`,
    octal(number),
    [a, b, c, d].map(octal).join('.'),
    [a, b, c, d].map(part => `000${octal(part)}`).join('.'),
    [a, b, c, d].map(part => `0x${hex(part)}`).join('.'),
    `0x${hex(a)}.${b}.${octal(c)}.${d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `0x${hex(a)}.0x${hex((b * 256 + c) * 256 + d)}`,
    address.replaceAll('.', '%2e'),
    address.replaceAll('.', '。'),
    [...address]
      .map(letter => (letter === '.' ? '.' : String.fromCodePoint(0xff10 + Number(letter))))
      .join(''),
    `[::ffff:${address}]`,
    `[::ffff:${groups}]`,
    `[0:0:0:0:0:ffff:${groups}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b::${groups}]`,
    `[64:ff9b:1::${address}]`,
    `[2002:${groups}::1]`,
    `[2001:0:${groups}::1]`,
    `[fe80::${groups}]`,
  ];
}

const privateIpv6 = [
  '::',
  '::1',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'fdff:ffff::1',
  'ff02::1',
  '100::1',
  '2001:db8::1',
  '2001:10::1',
  '3fff::1',
  '5f00::1',
  '4000::1',
];

const publicAddresses = [
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.0.1',
  '172.32.0.1',
  '169.253.0.1',
  '192.167.0.1',
  '198.20.0.1',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001::1',
  '64:ff9b::8.8.8.8',
  '64:ff9b::808:808',
];

describe('private addresses', () => {
  const table = privateIpv4.flatMap(address => encodings(address).map(host => ({ address, host })));

  it('has at least 500 encodings to try', () => {
    expect(new Set(table.map(({ host }) => host)).size).toBeGreaterThanOrEqual(500);
  });

  it('are refused in every encoding, as the URL parser reads it', () => {
    const passed = table.filter(({ host }) => {
      // The parser refuses some of them as it stands, which is as good.
      if (!URL.canParse(`http://${host}/`)) return false;
      return !isPrivateAddress(new URL(`http://${host}/`).hostname.replace(/\.$/, ''));
    });
    expect(passed).toEqual([]);
  });

  it('are refused in IPv6', () => {
    expect(privateIpv6.filter(address => !isPrivateAddress(address))).toEqual([]);
  });

  it('are told from public ones, also at the edges of networks', () => {
    expect(publicAddresses.filter(isPrivateAddress)).toEqual([]);
  });

  it('includes whatever is no address at all', () => {
    for (const text of ['', 'localhost', '1.2.3', '0x7f000001', 'example.com']) {
      expect(isPrivateAddress(text)).toBe(true);
    }
  });
});
