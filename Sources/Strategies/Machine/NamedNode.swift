/// A node as another one names it.
package struct NamedNode: Sendable, Equatable {
    /// A name or an address (IPv6 without brackets); empty for that of the node that names it.
    package var host: String
    /// 1 to 65535.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
