internal import Strategies

/// Asks whom a ``Locator`` says, and waits for the answers.
package enum PrimarySearch {
    /// How long one respondent is waited for, at most: the next may know.
    private static var longestMilliseconds: Int { 1000 }

    /// Finds the primary.
    ///
    /// - Parameters:
    ///   - hint: a node of a cluster to be asked first.
    ///   - timeoutMilliseconds: at least 1, for each that is asked; at most a second.
    /// - Throws: ``LocatorProblem``.
    package static func run(
        _ endpoint: RedisEndpoint, hint: RedisEndpoint.Address? = nil, timeoutMilliseconds: Int
    ) throws(LocatorProblem) -> Primary {
        let limit = min(max(1, timeoutMilliseconds), longestMilliseconds)
        var locator = Locator(endpoint, hint: hint)
        var action = locator.start()
        while true {
            switch action {
            case .found(let primary): return primary
            case .failed(let problem): throw problem
            case .ask(let address, let respondent, let commands):
                var target = endpoint.at(address)
                if respondent == .sentinel, case .sentinel(let group) = endpoint.deployment {
                    target = endpoint.sentinel(address, of: group)
                }
                let secret = Secret(of: target)
                do throws(ConnectionError) {
                    var connection = try Connection(
                        to: target, name: nil, connectTimeoutMilliseconds: limit, timeoutMilliseconds: limit)
                    let replies = try connection.call(all: commands.map { $0.map { Array($0.utf8) } })
                    action = locator.answered(replies)
                } catch {
                    action = locator.unanswered(because: reason(secret.shown(error)), isRefusal: isRefusal(error))
                }
            }
        }
    }

    /// Without the address, which the locator names.
    private static func reason(_ error: ConnectionError) -> String {
        guard case .refused(let text) = error, let colon = text.ranges(of: ": ").last else {
            return "\(error)"
        }
        return String(text[colon.upperBound...])
    }

    private static func isRefusal(_ error: ConnectionError) -> Bool {
        guard case .rejected(let text) = error else { return false }
        return ["WRONGPASS", "NOAUTH", "ERR invalid password", "NOPERM", "ERR AUTH", "ERR Client sent AUTH"].contains {
            text.hasPrefix($0)
        }
    }
}
