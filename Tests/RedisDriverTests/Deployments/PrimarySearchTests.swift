import FlashSale
import RedisDriver
import Strategies
import TestSupport
import Testing

/// Finding the primary over real sockets.
struct PrimarySearchTests {
    private func sentinel(of port: @escaping @Sendable () -> Int) -> CommandServer {
        CommandServer { words in
            switch words.prefix(2).map({ $0.uppercased() }) {
            case ["SENTINEL", "GET-MASTER-ADDR-BY-NAME"]:
                .write((words[2] == "mine" ? Answer.master("127.0.0.1", port()) : .null).wire)
            case ["SENTINEL", "REPLICAS"]: .write(Answer.list([]).wire)
            default: .write("-ERR unknown command\r\n")
            }
        }
    }

    private let primary = CommandServer { words in
        .write(words[0] == "ROLE" ? Answer.roleOfPrimary.wire : words[0] == "AUTH" ? "+OK\r\n" : "+\(words[0])\r\n")
    }

    @Test func aConnectionGoesToThePrimary() throws {
        let port = primary.port
        let watcher = sentinel { port }
        let endpoint = try RedisEndpoint(
            url: "redis+sentinel://127.0.0.1:1,127.0.0.1:\(watcher.port)/mine", environment: [:])
        var connection = try Connection(
            to: endpoint, name: nil, connectTimeoutMilliseconds: 2000, timeoutMilliseconds: 2000)
        #expect(try connection.call(["HELLO-THERE"]).string() == "HELLO-THERE")
    }

    @Test func sentinelsGetTheirOwnPassword() throws {
        let port = primary.port
        let watcher = CommandServer { words in
            switch words[0] {
            case "AUTH": .write(words == ["AUTH", "watcher", "theirs"] ? "+OK\r\n" : "-WRONGPASS invalid\r\n")
            case "SENTINEL":
                .write(words.count == 3 && words[1] == "REPLICAS" ? "*0\r\n" : Answer.master("127.0.0.1", port).wire)
            default: .write("-ERR unknown command\r\n")
            }
        }
        let url = "redis+sentinel://:ours@127.0.0.1:\(watcher.port)/mine"
        func find(_ environment: [String: String]) throws(LocatorProblem) -> Primary {
            let endpoint = try! RedisEndpoint(url: url, environment: environment)
            return try PrimarySearch.run(endpoint, timeoutMilliseconds: 2000)
        }
        let own = ["STRESS_SENTINEL_AUTH": "theirs", "STRESS_SENTINEL_USER": "watcher"]
        #expect(try find(own).address.port == port)
        #expect {
            try find(["STRESS_SENTINEL_AUTH": "theirs", "STRESS_SENTINEL_USER": "somebody"])
        } throws: { error in
            (error as? LocatorProblem)?.kind == .refused && "\(error)".contains("WRONGPASS")
                && !"\(error)".contains("theirs")
        }
    }

    @Test func saysWhoCannotBeReached() throws {
        let watcher = sentinel { 1 }
        let endpoint = try RedisEndpoint(url: "redis+sentinel://127.0.0.1:\(watcher.port)/mine", environment: [:])
        let error = connectionError { () throws(ConnectionError) in
            _ = try Connection(to: endpoint, name: nil, connectTimeoutMilliseconds: 2000, timeoutMilliseconds: 2000)
        }
        guard case .notLocated(let problem) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.kind == .unreachable && problem.description.contains("127.0.0.1:1,"), "\(problem)")
    }

    @Test func aNodeThatIsSilentIsNotWaitedForLong() throws {
        let silent = CommandServer { _ in .silence }
        let port = primary.port
        let watcher = sentinel { port }
        let endpoint = try RedisEndpoint(
            url: "redis+sentinel://127.0.0.1:\(silent.port),127.0.0.1:\(watcher.port)/mine", environment: [:])
        #expect(try PrimarySearch.run(endpoint, timeoutMilliseconds: 100).address.port == port)
    }
}
