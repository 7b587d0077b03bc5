/// What a proxy has done so far.
package struct ProxyCounts: Sendable, Equatable {
    /// Clients that connected, and those that are connected now.
    package var connections = 0
    package var openConnections = 0
    /// Commands that were met, of these those that may write, and replies that were passed on or lost.
    package var commands = 0
    package var writes = 0
    package var answers = 0
    /// Connections whose bytes are passed on without being understood: the client subscribed or asked for no replies.
    package var bridges = 0
    /// Clients that did not speak Redis's protocol, or that came when the server could not be reached or this process had no room.
    package var refused = 0
    /// Faults whose effect was seen: replies that the server gave and the client did not get, requests of which the server got a half,
    /// replies that came later, commands that ran twice, connections that were reset.
    package var struck: [ProxyFaults.Kind: Int] = [:]

    package init() {}
}
