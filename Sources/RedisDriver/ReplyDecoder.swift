internal import CHiredis
internal import FlashSale

/// Copies hiredis's tree of a reply into the flat ``Reply``.
enum ReplyDecoder {
    /// Appends `node` and what is in it. The depth is bounded by hiredis, which refuses more than 7 levels.
    static func append(_ node: UnsafePointer<redisReply>, to reply: inout Reply) {
        switch node.pointee.type {
        case REDIS_REPLY_STRING: reply.append(.string, bytes: text(of: node))
        case REDIS_REPLY_STATUS: reply.append(.status, bytes: text(of: node))
        case REDIS_REPLY_ERROR: reply.append(.error, bytes: text(of: node))
        case REDIS_REPLY_INTEGER: reply.append(.integer, integer: Int(node.pointee.integer))
        case REDIS_REPLY_ARRAY:
            let count = node.pointee.elements
            reply.append(.array, integer: count)
            for index in 0..<count {
                // hiredis fills every element before it hands the array out.
                guard let element = node.pointee.element[index] else { preconditionFailure("hole in a reply") }
                append(element, to: &reply)
            }
        default: reply.append(.null)
        }
    }

    /// By length, since text may have zeros in it.
    private static func text(of node: UnsafePointer<redisReply>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: node.pointee.str, count: node.pointee.len)
    }
}
