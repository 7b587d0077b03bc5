extension RedisEndpoint {
    /// The URL with the password, which every client library reads. For a program's environment only, never for a file or an argument.
    ///
    /// Who names no user is the server's default one, which is called by its name (Redis 6 and later): redis-cli takes an empty name
    /// for a user's.
    package var urlWithPassword: String {
        guard let password else { return redacted }
        var named = self
        named.username = username ?? "default"
        let parts = named.redacted.split(separator: "@", maxSplits: 1)
        return "\(parts[0]):\(PercentEncoding.encode(password))@\(parts[1])"
    }
}
