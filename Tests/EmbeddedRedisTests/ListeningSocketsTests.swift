import Testing

@testable import EmbeddedRedis

/// What the kernel's tables of sockets say.
struct ListeningSocketsTests {
    private static let head =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

    @Test(arguments: [
        (
            "   2: 00000000:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 285300 1",
            "0.0.0.0:6379"
        ),
        (
            "  12: 0100007F:FFFF 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 285300 1",
            "127.0.0.1:65535"
        ),
        (
            "   1: 00000000000000000000000000000000:18EB 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 285300 1",
            "[::]:6379"
        ),
        (
            "   1: 00000000000000000000000001000000:0001 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 285300 1",
            "[::1]:1"
        ),
        // Connected, or no line at all.
        ("   2: 0100007F:18EB 0100007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 285300 1", nil),
        ("   2: 0100007F:18EB 0100007F:1234 0A", nil), ("", nil),
        ("   2: 0100:18EB 0:0 0A 0:0 00:0 0 0 0 285300 1", nil),
        ("   2: 0100007F 0:0 0A 0:0 00:0 0 0 0 285300 1", nil),
    ])
    func readsATable(_ line: String, _ address: String?) {
        let found = ListeningSockets.listeners(Self.head + line + "\n")
        #expect(found.map(\.address) == (address.map { [$0] } ?? []))
        #expect(found.allSatisfy { $0.inode == "285300" })
    }
}
