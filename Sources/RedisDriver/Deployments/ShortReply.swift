internal import FlashSale
internal import Strategies

/// A reply as messages quote it.
enum ShortReply {
    static func text(_ reply: Reply) -> String { ForeignText.shown(reply.description, limit: 120) }
}
