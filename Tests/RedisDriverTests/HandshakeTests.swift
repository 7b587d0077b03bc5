import FlashSale
import RedisDriver
import TestSupport
import Testing

/// What ``Connection`` says first, and what it makes of the answers.
struct HandshakeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var user: String?
        var password: String?
        var database = 0
        var name: String?
        var asksWhetherItServes = false
        /// What is expected on the wire.
        var request: String
        var answer: String
        var isNamed = false
        var error: ConnectionError?
    }

    static let cases: [Case] = [
        Case(testDescription: "nothing to say", request: "*1\r\n$4\r\nPING\r\n", answer: "+PONG\r\n"),
        Case(
            testDescription: "everything", user: "u", password: "p w", database: 3, name: "stress-1",
            request: "*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$3\r\np w\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"
                + "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$8\r\nstress-1\r\n",
            answer: "+OK\r\n+OK\r\n+OK\r\n", isNamed: true),
        Case(
            testDescription: "password only", password: "é", request: "*2\r\n$4\r\nAUTH\r\n$2\r\né\r\n",
            answer: "+OK\r\n"),
        Case(
            testDescription: "wrong password", password: "p", name: "n",
            request: "*2\r\n$4\r\nAUTH\r\n$1\r\np\r\n*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$1\r\nn\r\n",
            answer: "-WRONGPASS invalid username-password pair or user is disabled.\r\n-NOAUTH x\r\n",
            error: .rejected("WRONGPASS invalid username-password pair or user is disabled.")),
        Case(
            testDescription: "empty password", user: "u", password: "",
            request: "*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$0\r\n\r\n", answer: "-WRONGPASS anything\r\n",
            error: .rejected("WRONGPASS anything")),
        Case(
            testDescription: "no such database", database: 99, request: "*2\r\n$6\r\nSELECT\r\n$2\r\n99\r\n",
            answer: "-ERR DB index is out of range\r\n", error: .rejected("ERR DB index is out of range")),
        Case(
            testDescription: "loading", request: "*1\r\n$4\r\nPING\r\n", answer: "-LOADING Redis is loading\r\n",
            error: .rejected("LOADING Redis is loading")),
        Case(
            testDescription: "name not permitted", name: "n",
            request: "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$1\r\nn\r\n", answer: "-NOPERM no\r\n"),
        Case(
            testDescription: "name unknown", name: "n",
            request: "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$1\r\nn\r\n", answer: "-ERR unknown command 'CLIENT'\r\n"),
        Case(
            testDescription: "name without a password", name: "n",
            request: "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$1\r\nn\r\n",
            answer: "-NOAUTH Authentication required.\r\n",
            error: .rejected("NOAUTH Authentication required.")),
        Case(
            testDescription: "an echo", request: "*1\r\n$4\r\nPING\r\n", answer: "*1\r\n$4\r\nPING\r\n",
            error: .protocolViolation("wanted PONG, found [\"PING\"]")),
        Case(
            testDescription: "loading, although it gives names", name: "n", asksWhetherItServes: true,
            request: "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$1\r\nn\r\n*1\r\n$4\r\nPING\r\n",
            answer: "+OK\r\n-LOADING Redis is loading\r\n", isNamed: true, error: .rejected("LOADING Redis is loading")),
        Case(
            testDescription: "serving", name: "n", asksWhetherItServes: true,
            request: "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$1\r\nn\r\n*1\r\n$4\r\nPING\r\n",
            answer: "+OK\r\n+PONG\r\n", isNamed: true),
        Case(
            testDescription: "a ping not permitted", name: "n", asksWhetherItServes: true,
            request: "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$1\r\nn\r\n*1\r\n$4\r\nPING\r\n",
            answer: "+OK\r\n-NOPERM no\r\n", isNamed: true),
        Case(testDescription: "hanging up", request: "*1\r\n$4\r\nPING\r\n", answer: "", error: .closed),
    ]

    @Test(arguments: cases)
    func shakesHands(_ example: Case) throws {
        let server = ScriptedServer { peer in
            let received = peer.read(until: example.request)
            if received == Array(example.request.utf8) { peer.write(example.answer) }
            if !example.answer.isEmpty { peer.waitForEnd() }
        }
        var endpoint = server.endpoint
        endpoint.username = example.user
        endpoint.password = example.password
        endpoint.database = example.database
        let error = connectionError { () throws(ConnectionError) in
            let connection = try Connection(
                to: endpoint, name: example.name, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000,
                asksWhetherItServes: example.asksWhetherItServes)
            let isNamed = connection.isNamed
            #expect(isNamed == example.isNamed)
        }
        #expect(error == example.error)
    }
}
