import FlashSale
import RedisDriver
import TestSupport

extension ScriptedServer {
    var endpoint: RedisEndpoint { RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: port)) }

    func connect(name: String? = nil, timeoutMilliseconds: Int = 5000) throws(ConnectionError) -> Connection {
        try Connection(
            to: endpoint, name: name, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: timeoutMilliseconds)
    }
}

/// The error that `body` throws, or nil.
func connectionError(_ body: () throws(ConnectionError) -> Void) -> ConnectionError? {
    do throws(ConnectionError) {
        try body()
        return nil
    } catch {
        return error
    }
}
