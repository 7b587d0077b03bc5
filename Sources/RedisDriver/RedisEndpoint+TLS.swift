extension RedisEndpoint {
    /// How TLS is spoken with a server. Files are PEM, and who connects reads them: their paths travel to workers, their contents do not.
    ///
    /// The server's certificate is always verified. There is no way to leave that out.
    package struct TLS: Codable, Hashable, Sendable {
        /// A file with certificates of authorities that are trusted in the place of the system's; nil for those.
        package var authorities: String?
        /// A file with our own certificate, and those between it and its authority; nil for none.
        package var certificate: String?
        /// A file with the key of ``certificate``; nil without one.
        package var key: String?
        /// What the server's certificate has to be for, where that is not the URL's host: behind a tunnel.
        package var name: String?

        package init(
            authorities: String? = nil, certificate: String? = nil, key: String? = nil, name: String? = nil
        ) {
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
            self.name = name
        }

        /// What a command line of ours says of it, with a space before each word; empty where it says nothing.
        package var flags: String {
            let pairs = [
                ("--tls-ca", authorities), ("--tls-cert", certificate), ("--tls-key", key), ("--tls-name", name),
            ]
            return words(pairs)
        }

        /// What redis-cli's command line says of it. That verifies no names.
        package var clientFlags: String {
            words([("--cacert", authorities), ("--cert", certificate), ("--key", key), ("--sni", name)])
        }

        private func words(_ pairs: [(String, String?)]) -> String {
            pairs.compactMap { flag, value in value.map { " \(flag) \(RedisEndpoint.shellWord($0))" } }.joined()
        }

        /// Looks whether the files hold what they should, and fit each other.
        ///
        /// - Throws: ``TLSProblem``.
        package func check() throws(TLSProblem) { _ = try TLSContext.shared(for: self) }
    }

    /// What stands after `stress clean` to mean this server, but for its password.
    package var cleanFlags: String { "--redis \(shellWord)\(tls?.flags ?? "")" }
}
