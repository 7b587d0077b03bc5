import Live
import Testing

@Suite struct LiveAddressTests {
    @Test(arguments: [
        ("127.0.0.1:0", "127.0.0.1", 0), ("127.0.0.1", "127.0.0.1", 0), ("127.9.8.7:65535", "127.9.8.7", 65535),
        ("localhost:8080", "127.0.0.1", 8080), ("localhost", "127.0.0.1", 0), ("[::1]:80", "::1", 80),
        ("[::1]", "::1", 0), ("::1", "::1", 0),
    ])
    func addressesOfThisMachine(_ text: String, _ host: String, _ port: Int) throws {
        let address = try LiveAddress(text)
        #expect(address.host == host && address.port == port)
    }

    @Test(arguments: [
        "0.0.0.0:80", "0.0.0.0", "[::]:80", "::", "192.168.0.1:80", "example.org:80", "localhost.example.org", "",
        ":80", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1:1e3", "127.1:80",
        "[::1", "[::1]80", "[::ffff:127.0.0.1]:80", "127.0.0.1:80:80", "2130706433", "127.0.0.1\n:80",
    ])
    func othersAreRefused(_ text: String) {
        #expect(throws: LiveAddress.Problem.self) { try LiveAddress(text) }
    }
}
