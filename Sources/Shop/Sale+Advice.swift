internal import RedisDriver

extension Sale {
    /// What to do where the server speaks TLS and was not asked so, or the other way round; empty where that is not known.
    static func advice(on error: ConnectionError, at endpoint: RedisEndpoint) -> String {
        switch error {
        case .closed where endpoint.tls == nil && Connection.speaksTLS(at: endpoint):
            "; it speaks TLS there: write rediss:// for redis://"
        case .unsecured where Connection.speaksPlainly(at: endpoint):
            "; a Redis without TLS answers there: write redis:// for rediss://, or the port that it has for TLS"
        default: ""
        }
    }
}
