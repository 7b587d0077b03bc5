/// How many bytes of RESP one reply may have, those of nested arrays included. What is beyond it is never read, and ends the
/// connection.
package enum ReplyLimit {
    /// Of a reply to a buyer, in a run and in a rehearsal: 1 MiB. A buyer is told a number or a few words.
    package static let ofABuyer = 1 << 20
    /// Of what a server says of itself, its keys and its stock, and of a command that MONITOR shows: 64 MiB. A list of a hundred
    /// thousand clients fits.
    package static let ofAnAnswer = 64 << 20
    /// Of the orders and the names of units, which one command may give all at once: 1 GiB. Ten million orders fit.
    package static let ofOrders = 1 << 30
}
