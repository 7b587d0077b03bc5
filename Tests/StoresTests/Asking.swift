import FlashSale
import Foundation
import HTTPTransport
import RedisDriver
import Stores
import Strategies
import TestSupport

/// Stores as a run asks them, on this machine.
enum Asking {
    static func stores(
        service: ServiceEndpoint? = nil, redis: RedisEndpoint? = nil, tls: RedisEndpoint.TLS = .init(),
        environment: [String: String] = [:],
        allowsRemote: Bool = false, timeoutMilliseconds: Int = 8000
    ) -> Stores {
        // As the command line does.
        signal(SIGPIPE, SIG_IGN)
        return Stores(
            service: service, redis: redis, tls: tls,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }, allowsRemote: allowsRemote,
            timeoutMilliseconds: timeoutMilliseconds, starter: StressBinary.path)
    }

    static func http(_ request: String, _ path: [JSONStep] = [], at: String? = nil) -> StoreQuestion {
        StoreQuestion(
            .http(request: Array("\(request)\r\n\r\n".utf8), path: path), at: at, place: "shop.yaml:12")
    }

    static func redis(_ command: String, at: String? = nil) -> StoreQuestion {
        StoreQuestion(
            .redis(command.split(separator: " ").map { Array($0.utf8) }), at: at, place: "shop.yaml:12")
    }

    static func run(_ words: [String]) -> StoreQuestion { StoreQuestion(.run(words), place: "shop.yaml:12") }

    static func sh(_ script: String) -> StoreQuestion { run(["sh", "-c", script]) }

    static func sql(_ statement: String, at: String?) -> StoreQuestion {
        StoreQuestion(.sql(statement), at: at, place: "shop.yaml:12")
    }
}

extension Stores {
    /// The error of a question that has to fail.
    func failure(_ question: StoreQuestion) -> RunError? {
        do throws(RunError) {
            _ = try ask(question)
            return nil
        } catch {
            return error
        }
    }

    func refusal(_ question: StoreQuestion) -> RunError? {
        do throws(RunError) {
            try check(question)
            return nil
        } catch {
            return error
        }
    }
}

extension StoreTable {
    /// All cells as texts; nil for NULL.
    var rows: [[String?]] {
        (0..<rowCount).map { row in
            (0..<columnCount).map { column in cell(row, column).map { String(decoding: $0, as: UTF8.self) } }
        }
    }
}
