import Testing

@testable import EmbeddedRedis

/// What coordinator and guard tell each other.
struct GuardChannelTests {
    @Test func readsTheOrderThatItWrites() {
        let orders: [GuardOrder] = [
            .open, .protected(RunPassword()), .protected(RunPassword()), .kill, .terminate(withinMilliseconds: 0),
            .terminate(withinMilliseconds: 600_000), .freeze, .thaw,
        ]
        for order in orders {
            #expect(order.line.utf8.count <= GuardOrder.maximumBytes && order.line.hasSuffix("\n"))
            #expect(GuardOrder(line: String(order.line.dropLast())) == order)
        }
    }

    @Test(arguments: [
        "", "close", "password", "password ", "password secret", "password " + String(repeating: "g", count: 64),
        "open now", "kill 9", "kill ", "terminate", "terminate ", "terminate soon", "terminate -1", "terminate 600001",
        "freeze 1", "thaw 1",
    ])
    func refusesAnotherOrder(_ line: String) {
        #expect(GuardOrder(line: line) == nil)
    }

    @Test func readsTheMessageThatItWrites() {
        let messages: [GuardMessage] = [
            .folderMade, .started(7), .ended("signal 9"), .down("exit status 0"), .frozen, .thawed,
            .refused("no server is running"), .failed("cannot"),
        ]
        for message in messages { #expect(GuardMessage(line: String(message.line.dropLast())) == message) }
        #expect(GuardMessage.failed("a\nb").line == "error a b\n")
        #expect(GuardMessage.refused("a\nb").line == "refused a b\n")
    }

    @Test(arguments: ["", "pid", "pid x", "down", "frozen 1", "thawed 1", "refused", "melted"])
    func refusesAnotherMessage(_ line: String) {
        #expect(GuardMessage(line: line) == nil)
    }
}
