package import EmbeddedRedis
package import FlashSale
import Foundation
import Glibc
package import RedisDriver
package import Strategies
package import TestSupport

/// A small sale with a server and a folder of its own.
package final class SmallSale {
    package let folder: TestFolder
    package let server: EmbeddedServer
    package var scenario: Scenario
    package let strategy: Strategy

    package init(procs: Int = 1, threads: Int = 4, units: Int = 50, buyers: Int = 100) throws {
        folder = try TestFolder("fleet")
        // As the command line does before it starts a fleet.
        signal(SIGPIPE, SIG_IGN)
        server = try EmbeddedServer.start(
            persistence: .none, maximumClients: 200, executable: StressBinary.path,
            environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.path]) { $1 })
        let yaml = BuiltinStrategies.yaml(named: "optimistic") ?? ""
        strategy = try StrategyFile.parse(yaml, file: "optimistic")
        scenario = Scenario(
            strategy: .init(name: "optimistic", yaml: yaml), units: units, buyers: buyers, procs: procs,
            threads: threads)
    }

    deinit { server.stop() }

    package func connect() throws(ConnectionError) -> Connection {
        try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
    }

    package var keys: Int {
        get throws {
            var connection = try connect()
            return try connection.call(["DBSIZE"]).integer() ?? -1
        }
    }
}
