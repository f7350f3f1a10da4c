"""An SNMPv3 engine that answers discoveries and nothing else, and writes down what identifies each
other message: `USER MSGID BOOTS SALT` in hexadecimal, one a line.

    support_salts.py FILE    prints the port that it listens at on 127.0.0.1
"""
import socket
import sys

ENGINE = bytes.fromhex("80001f8804") + b"salts"
BOOTS = 7


def take(data, at):
    """Returns tag, content and end of the element at `at`."""
    size, start = data[at + 1], at + 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[at + 2 : start], "big")
    return data[at], data[start : start + size], start + size


def children(data):
    at, found = 0, []
    while at < len(data):
        _, content, at = take(data, at)
        found.append(content)
    return found


def put(tag, *contents):
    content = b"".join(contents)
    size = len(content)
    head = bytes([size]) if size < 0x80 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + head + content


def number(value):
    return put(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def report(msg_id):
    unknown_engine = bytes.fromhex("2b060106030f01010400")
    varbind = put(0x30, put(6, unknown_engine), put(0x41, b"\x01"))
    pdu = put(0xA8, number(0), number(0), number(0), put(0x30, varbind))
    security = put(
        0x30, put(4, ENGINE), number(BOOTS), number(1000), put(4), put(4), put(4)
    )
    return put(
        0x30,
        number(3),
        put(0x30, put(2, msg_id), number(65507), put(4, b"\x00"), number(3)),
        put(4, security),
        put(0x30, put(4, ENGINE), put(4), pdu),
    )


def main():
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind(("127.0.0.1", 0))
    with open(sys.argv[1], "w", encoding="ascii", buffering=1) as out:
        print(line.getsockname()[1], flush=True)
        while True:
            data, asker = line.recvfrom(65536)
            _, header, security, *_ = children(take(data, 0)[1])
            msg_id = children(header)[0]
            engine, boots, _, user, _, salt = children(take(security, 0)[1])
            if engine:
                out.write(f"{user.decode()} {msg_id.hex()} {boots.hex()} {salt.hex()}\n")
            else:
                line.sendto(report(msg_id), asker)


if __name__ == "__main__":
    main()
