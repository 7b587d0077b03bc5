/// A URL in two parts: where the service is, and what is asked of it.
struct ServiceAddress {
    var base: String
    /// It begins with a slash.
    var target: String

    /// Nil for what is no URL over HTTP.
    init?(_ url: String) {
        guard url.hasPrefix("http://"), url.utf8.count > 7 else { return nil }
        let rest = url.dropFirst(7)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard end > rest.startIndex else { return nil }
        base = "http://" + rest[..<end]
        target = String(rest[end...])
        if !target.hasPrefix("/") { target = "/" + target }
    }
}
