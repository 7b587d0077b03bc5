/// Where a service is: the front of every URL that is called. Nothing else ever is.
package struct ServiceEndpoint: Sendable, Equatable, Codable {
    /// `http://127.0.0.1:8080`, without a slash at the end; a path is kept.
    package var base: String
    /// A file of certificates to trust, in PEM; nil for the system's.
    package var certificates: String?
    /// Redirects that are followed; 0 for none.
    package var redirects: Int

    /// Whether only this machine may be asked, wherever a redirect leads.
    package var staysHere = false

    package init(base: String, certificates: String? = nil, redirects: Int = 0) {
        var base = base
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        self.certificates = certificates
        self.redirects = redirects
    }
}
