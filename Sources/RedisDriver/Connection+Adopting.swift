internal import CHiredis

extension Connection {
    /// Takes over a socket that is connected already, such as one of a pair, and closes it at the end. Nothing is sent.
    ///
    /// - Parameter timeoutMilliseconds: at least 1, for each wait.
    /// - Throws: ``ConnectionError/refused(_:)``.
    package init(adopting socket: Int32, timeoutMilliseconds: Int) throws(ConnectionError) {
        let endpoint = RedisEndpoint(transport: .unix(path: "/adopted"))
        self.init(timeoutNanoseconds: 1)
        context = try Self.checked(redisConnectFd(socket), endpoint)
        try wait(atMostMilliseconds: timeoutMilliseconds, endpoint)
        try configure(endpoint)
    }
}
