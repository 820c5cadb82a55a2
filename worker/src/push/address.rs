//! Which addresses may be called. Anything not known to be an ordinary public address is refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressClass {
    Public,
    /// Loopback, private and shared address space: only for an origin that the operator listed.
    Local,
    /// Link-local (the metadata services of clouds), multicast, documentation, reserved, tunnelled: never.
    Never,
}

/// IPv4 networks that are not public, from the IANA IPv4 Special-Purpose Address Registry.
const LOCAL_V4: [(Ipv4Addr, u32); 5] = [
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
];
const NEVER_V4: [(Ipv4Addr, u32); 12] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];
/// Global unicast, the only part of IPv6 that is assigned to public hosts (IANA IPv6 Address Space), and what is carved
/// out of it.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
const NEVER_V6: [(Ipv6Addr, u32); 5] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];
/// NAT64 (RFC 6052): the last 32 bits are an IPv4 address. How networks with IPv6 only reach services with IPv4 only.
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

pub fn classify(address: IpAddr) -> AddressClass {
    match address {
        IpAddr::V4(v4) => classify_v4(v4),
        IpAddr::V6(v6) => classify_v6(v6),
    }
}

fn classify_v4(address: Ipv4Addr) -> AddressClass {
    let within = |(net, prefix): &(Ipv4Addr, u32)| (address.to_bits() ^ net.to_bits()) >> (32 - prefix) == 0;
    if LOCAL_V4.iter().any(within) {
        AddressClass::Local
    } else if NEVER_V4.iter().any(within) {
        AddressClass::Never
    } else {
        AddressClass::Public
    }
}

fn classify_v6(address: Ipv6Addr) -> AddressClass {
    let within = |(net, prefix): &(Ipv6Addr, u32)| (address.to_bits() ^ net.to_bits()) >> (128 - prefix) == 0;
    if address.is_loopback() || address.is_unique_local() {
        AddressClass::Local
    } else if within(&NAT64) {
        let [.., a, b, c, d] = address.octets();
        match classify_v4(Ipv4Addr::new(a, b, c, d)) {
            AddressClass::Public => AddressClass::Public,
            AddressClass::Local | AddressClass::Never => AddressClass::Never,
        }
    } else if within(&GLOBAL_V6) && !NEVER_V6.iter().any(within) {
        AddressClass::Public
    } else {
        AddressClass::Never
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_fall_into_their_class() {
        let public = "8.8.8.8 1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 172.15.255.255 \
            172.32.0.0 169.253.255.255 192.0.1.0 192.167.255.255 198.17.255.255 198.20.0.0 203.0.114.0 223.255.255.255 \
            2001:4860:4860::8888 2606:4700::1111 2a00:1450::1 64:ff9b::808:808 3ffe::1";
        let local = "10.0.0.1 10.255.255.255 127.0.0.1 127.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1 \
            100.127.255.255 ::1 fc00::1 fd12:3456:789a::1 fdff::ffff";
        let never = "0.0.0.0 0.1.2.3 169.254.169.254 192.0.0.1 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.7 \
            203.0.113.7 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: ::2 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 \
            ::ffff:10.0.0.1 fe80::1 febf::1 fec0::1 ff02::1 ff0e::1 100::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:db8::1 \
            2002:7f00:1:: 2002:808:808:: 3fff::1 5f00::1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::808:808 4000::1";
        for (class, list) in
            [(AddressClass::Public, public), (AddressClass::Local, local), (AddressClass::Never, never)]
        {
            for text in list.split_ascii_whitespace() {
                assert_eq!(classify(text.parse().unwrap()), class, "{text}");
            }
        }
    }
}
