import FlashSale
import Glibc
import RedisDriver
import Strategies
import TestSupport
import Testing

/// A server or proxy that answers with the password: nobody sees it.
struct EchoTests {
    private func endpoint(_ server: ScriptedServer, _ echo: Echo, database: Int = 0) -> RedisEndpoint {
        var endpoint = server.endpoint
        endpoint.password = echo.password
        endpoint.database = database
        return endpoint
    }

    private func expectSecret(
        _ error: ConnectionError?, _ echo: Echo, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let text = error?.description ?? ""
        #expect(text.contains(echo.says), "\(text)", sourceLocation: sourceLocation)
        #expect(echo.found(in: text) == [], "\(text)", sourceLocation: sourceLocation)
    }

    @Test(arguments: Echo.all)
    func aConnectionThatWaitsShowsNoPassword(_ echo: Echo) {
        let server = ScriptedServer { peer in
            peer.read(until: echo.password + "\r\n")
            peer.write(echo.answer)
            peer.waitForEnd()
        }
        let error = connectionError { () throws(ConnectionError) in
            _ = try Connection(
                to: endpoint(server, echo), name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
        }
        expectSecret(error, echo)
    }

    @Test(arguments: Echo.all)
    func aConnectionThatNeverWaitsShowsNoPassword(_ echo: Echo) {
        let server = ScriptedServer { peer in
            peer.read(until: echo.password + "\r\n")
            peer.write(echo.answer)
            peer.waitForEnd()
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)
        defer { buffer.deallocate() }
        let error = connectionError { () throws(ConnectionError) in
            var connection = try Connection(opening: endpoint(server, echo), name: nil)
            let loop = EventLoop()
            try loop.watch(connection.descriptor, token: 0)
            var reply = Reply()
            while loop.wait(nanoseconds: 3_000_000_000) > 0 {
                if try connection.goOnOpening(buffer, into: &reply) { return }
            }
        }
        expectSecret(error, echo)
    }

    /// A proxy that is one answer behind.
    @Test(arguments: Echo.all.filter { !["in base64", "backwards"].contains($0.testDescription) })
    func aLaterAnswerShowsNoPassword(_ echo: Echo) {
        let server = ScriptedServer { peer in
            peer.read(until: "SELECT\r\n$1\r\n7\r\n")
            peer.write("+OK\r\n" + echo.answer)
            peer.waitForEnd()
        }
        let error = connectionError { () throws(ConnectionError) in
            _ = try Connection(
                to: endpoint(server, echo, database: 7), name: nil, connectTimeoutMilliseconds: 5000,
                timeoutMilliseconds: 5000)
        }
        let text = error?.description ?? ""
        #expect(error != nil && echo.found(in: text) == [], "\(text)")
    }

    // MARK: What is no password

    private func secret(_ password: String?) -> Secret {
        Secret(of: RedisEndpoint(transport: .tcp(host: "h", port: 1), password: password))
    }

    @Test(arguments: [
        "ERR Error running script (call to f_1): @user_script:1: WRONGTYPE Operation against a key",
        "(error) NOPERM this user has no permissions to run the 'set' command", "\"7\"", "(nil)", "[1, \"two\"]",
        "7.0.15",
    ])
    func othersWordsStay(_ text: String) {
        for password in [nil, "", "s3cr3t", "x", "OK", "ERR", "pw", "correct horse battery staple", "¶", "!!"] {
            #expect(secret(password).shown(text) == text)
        }
    }

    @Test(arguments: [
        ("set", "(error) NOPERM this user has no permissions to run the 'set' command", "(error) NOPERM (the rest"),
        ("1", "[1, \"two\"]", "(left out"), ("!!", "what!!", "(left out"), ("abcd", "xabcdx", "(left out"),
        ("abcdefghij", "bcdefghi", "(left out"), ("abcdefghij", "abcdefg", "abcdefg"),
    ])
    func aTextThatMayHoldItIsLeftOut(_ password: String, _ text: String, _ beginning: String) {
        #expect(secret(password).shown(text).hasPrefix(beginning))
    }

    /// What is shown of a long reply may end within the password.
    @Test(arguments: 360...410)
    func aShortenedReplyShowsNoBeginningOfIt(_ length: Int) {
        let password = "s3cr3t-horse"
        for text in [password, "\\x733cr3t-horse", "\u{1B}\u{1B}s\u{1B}3cr3t-horse"] {
            var reply = Reply()
            reply.append(
                .string, String(repeating: ". ", count: length / 2) + text + String(repeating: ".", count: 500))
            let shown = secret(password).shown(reply)
            #expect(!shown.contains("s3") && !shown.contains("x73"), "\(shown)")
        }
    }

    @Test(arguments: Echo.all)
    func aReplyOfASaleShowsNoPassword(_ echo: Echo) {
        guard !["in base64", "backwards", "as it is"].contains(echo.testDescription) else { return }
        let server = ScriptedServer(answering: echo.answer)
        let text = Result { () throws -> String in
            var connection = try server.connect()
            return secret(echo.password).shown(try connection.call(["GO"]))
        }
        #expect((try? text.get()).map { echo.found(in: $0) } == [])
    }
}
