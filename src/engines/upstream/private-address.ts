import { BlockList, isIP } from 'node:net';

/**
 * Networks of IPv4 that are not the public internet, and one public address that is a cloud's own (Azure's).
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const notPublicIpv4: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/**
 * Parts of the global unicast space that lead elsewhere: IETF protocols with Teredo, documentation, 6to4.
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const notPublicIpv6: readonly (readonly [network: string, bits: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const refusedIpv4 = new BlockList();
for (const [network, bits] of notPublicIpv4) refusedIpv4.addSubnet(network, bits, 'ipv4');
const refusedIpv6 = new BlockList();
for (const [network, bits] of notPublicIpv6) refusedIpv6.addSubnet(network, bits, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
const nat64 = new BlockList();
nat64.addSubnet('64:ff9b::', 96, 'ipv6');

/**
 * Whether an IP address lies outside the public internet: this machine, private and shared networks, link-local
 * addresses with the clouds' metadata services, multicast, and every form of IPv6 that carries such an address.
 * IPv6 is public only within global unicast, so mapped, compatible, local and unknown forms are refused as a whole.
 * What is no IP address counts as private.
 */
export function isPrivateAddress(address: string): boolean {
  const plain = withoutBrackets(address).split('%', 1)[0]!;
  const version = isIP(plain);
  if (version === 4) return refusedIpv4.check(plain, 'ipv4');
  if (version !== 6) return true;
  // Networks with IPv6 alone reach public IPv4 through this prefix; what counts is the address within.
  if (nat64.check(plain, 'ipv6')) return refusedIpv4.check(lastFourBytes(plain), 'ipv4');
  return !globalUnicast.check(plain, 'ipv6') || refusedIpv6.check(plain, 'ipv6');
}

/** `[::1]`, as it stands in a URL, without its brackets. */
export function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/** The last 32 bits of an IPv6 address as an IPv4 address. */
function lastFourBytes(address: string): string {
  // The URL parser writes IPv6 in one way: groups of hexadecimal digits, never a dotted tail.
  const canonical = withoutBrackets(new URL(`http://[${address}]`).hostname);
  const groups = canonical.split(':').slice(-2);
  const [high, low] = groups.map(group => Number.parseInt(group === '' ? '0' : group, 16)) as [
    number,
    number,
  ];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
