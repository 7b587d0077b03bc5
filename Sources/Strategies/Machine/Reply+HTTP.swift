/// A service's answer: `[status, [name, value, …], body]`. Names of headers are in small letters; a cookie that is set stands
/// among them as `cookie:NAME` once more.
extension Reply {
    /// The status of an answer; nil for what is none.
    package var httpStatus: Int? {
        guard isHTTP, let node = element(0) else { return nil }
        return nodes[node].integer
    }

    /// Whether the service says that it did not do what was asked (RFC 9110, 15.5 and 15.6).
    var isHTTPError: Bool { (httpStatus ?? 0) >= 400 }

    /// What stands after a name in the array of names and values at `node`: a header's value, or a cookie's.
    func value(named name: UnsafeBufferPointer<UInt8>, among node: Int) -> Int? {
        guard kind(at: node) == .array else { return nil }
        // Names and values are texts: no element has elements.
        for index in stride(from: node + 1, to: node + 1 + elementCount(at: node), by: 2)
        where text(at: index, equals: name) { return index + 1 }
        return nil
    }
}
