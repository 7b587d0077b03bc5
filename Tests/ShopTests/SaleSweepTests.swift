import EmbeddedRedis
import FlashSale
import RedisDriver
import SaleTestSupport
import Strategies
import TestSupport
import Testing

@testable import Shop

/// What a straggler of the warm-up leaves behind on a user's server.
struct SaleSweepTests {
    @Test func removesTheKeysThatWereMadeAgain() throws {
        let small = try SmallSale()
        let sale = try Sale(
            to: small.server.endpoint, strategy: small.strategy, tag: "{stress:x}", units: 50, isPrivate: false)
        var warmUp = try sale.another(tag: "{stress:x}:warm-up")
        try warmUp.open()
        #expect(warmUp.close() == nil)
        var straggler = try small.connect()
        _ = try straggler.call(["HSET", "{stress:x}:warm-up:orders", "1", "1"])
        _ = try straggler.call(["SET", "{stress:x}:stock", "of the sale itself"])
        #expect(sale.sweep(tag: "{stress:x}:warm-up") == nil)
        #expect(try straggler.call(["KEYS", "*"]).elementCount() == 1)
    }
}
