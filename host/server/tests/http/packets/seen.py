"""Prints where packets of this network namespace went: for each TCP connection that was begun and each datagram one line.

A line is `tcp ADDRESS PORT` or `udp ADDRESS PORT`; packets of other protocols are `other NUMBER 0`, without neighbour
discovery and router solicitation, which the kernel sends by itself. Only what leaves is told, on every device. At the end
of standard input the rest is told and the program ends.
"""

import select
import socket
import struct
import sys

OUTGOING = 4
ALL = 3
TCP, UDP, ICMP6 = 6, 17, 58
KERNELS_OWN = range(130, 144)


def told(packet):
    """The line of one packet; none for answers, acknowledgements and what is not IP."""
    kind = struct.unpack_from("!H", packet, 12)[0]
    if kind == 0x0800:
        protocol, address, start = packet[23], socket.inet_ntop(socket.AF_INET, packet[30:34]), 14 + 4 * (packet[14] & 15)
    elif kind == 0x86DD:
        protocol, address, start = packet[20], socket.inet_ntop(socket.AF_INET6, packet[38:54]), 54
        # Multicast listener reports stand behind a hop-by-hop header.
        if protocol == 0 or (protocol == ICMP6 and packet[start] in KERNELS_OWN):
            return None
    else:
        return None
    if protocol == TCP:
        begins = packet[start + 13] & 0x12 == 0x02
        return f"tcp {address} {struct.unpack_from('!H', packet, start + 2)[0]}" if begins else None
    if protocol == UDP:
        return f"udp {address} {struct.unpack_from('!H', packet, start + 2)[0]}"
    return f"other {protocol} 0"


def main():
    seen = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
    seen.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    print("ready", flush=True)
    ends = False
    while True:
        ready, _, _ = select.select([seen] if ends else [seen, sys.stdin], [], [], 0 if ends else None)
        if seen in ready:
            packet, address = seen.recvfrom(65_535)
            line = told(packet) if address[2] == OUTGOING else None
            if line:
                print(line, flush=True)
        elif sys.stdin in ready:
            ends = not sys.stdin.read(1)
        elif ends:
            return


main()
