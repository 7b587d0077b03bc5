extension RedisEndpoint {
    /// The URL with the password, which every client library reads. For a program's environment only, never for a file or an argument.
    package var urlWithPassword: String {
        guard let password else { return redacted }
        let user = (username.map { PercentEncoding.encode($0) } ?? "") + ":" + PercentEncoding.encode(password) + "@"
        let parts = redacted.split(separator: "://", maxSplits: 1)
        let place = username == nil ? parts[1] : parts[1].drop { $0 != "@" }.dropFirst()
        return "\(parts[0])://\(user)\(place)"
    }
}
