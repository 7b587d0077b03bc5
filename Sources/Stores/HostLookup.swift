internal import FlashSale
internal import Glibc

/// Whether a name has an address.
enum HostLookup {
    /// - Parameter shown: the URL that the host is of, without a password.
    /// - Throws: 69 where it has none.
    static func check(_ host: String, of shown: String, place: String) throws(RunError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, nil, &hints, &found)
        if let found { freeaddrinfo(found) }
        guard result != 0 else { return }
        throw RunError(
            .unavailable,
            "\(place): the host \(host) of \(shown) has no address: \(String(cString: gai_strerror(result))); is it spelled right?"
        )
    }
}
