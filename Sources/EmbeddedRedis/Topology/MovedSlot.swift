/// A slot of a cluster that has another primary now.
package struct MovedSlot: Sendable {
    package var slot: Int
    package var keys: Int
    package var from: EmbeddedServer
    package var to: EmbeddedServer
}
