import FlashSale
import Testing

@testable import Strategies

@Suite struct ReplyPathTests {
    @Test(
        "places in replies",
        arguments: [
            ("reply", ReplyPath()), ("reply[0]", ReplyPath(elements: [0])),
            ("reply[12][3]", ReplyPath(elements: [12, 3])),
            ("json.left", ReplyPath(json: [.field("left")])), ("json[0]", ReplyPath(json: [.element(0)])),
            ("json.a.b", ReplyPath(json: [.field("a"), .field("b")])), ("json.0", ReplyPath(json: [.field("0")])),
            ("json.items[0].left", ReplyPath(json: [.field("items"), .element(0), .field("left")])),
            ("json[1][2].x-y", ReplyPath(json: [.element(1), .element(2), .field("x-y")])),
            ("json.订单", ReplyPath(json: [.field("订单")])),
        ])
    func reads(text: String, expected: ReplyPath) { #expect(ReplyPath(text) == expected) }

    @Test(
        "what is none",
        arguments: [
            "", "left", "reply.x", "reply[]", "reply[x]", "reply[-1]", "reply[+1]", "reply[0", "reply[0]x", "reply 0",
            "reply[ 0]", "replyx", "Reply", "json", "json.", "json..a", "json.a.", "json[x]", "json[-1]", "json[0",
            "json.a b", "jsonx", "reply[99999999999999999999]", "reply[0].a",
        ])
    func refuses(text: String) { #expect(ReplyPath(text) == nil) }
}
