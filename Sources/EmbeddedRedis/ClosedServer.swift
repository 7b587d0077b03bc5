package import RedisDriver

/// A private server that was restarted and lets in nobody but who holds this: the moment to read what it still has.
package struct ClosedServer: Sendable {
    /// Where it listens, with the temporary password: to read from, before buyers are back.
    package let endpoint: RedisEndpoint
    /// Which life of it went down, and which came back: they differ in process and `run_id`.
    package let before: ServerIdentity
    package let after: ServerIdentity
    let server: EmbeddedServer

    /// Lets buyers in: the server takes its own password again, that of ``EmbeddedServer/endpoint``, and the temporary one no
    /// more. Connections that are open stay so.
    ///
    /// - Throws: ``ServerFaultError``, also when called a second time.
    package func reopen() throws(ServerFaultError) { try server.open(self) }
}
