import FlashSale
import RedisDriver
import SaleTestSupport
import Stores
import TestSupport
import Testing

/// `at: rediss://…` in a strategy file: a Redis with TLS beside the sale.
struct SecureStoreTests {
    @Test func theRunsAuthoritiesAreTrusted() throws {
        let server = try SecureServer()
        let stores = Asking.stores(tls: .init(authorities: server.authority.certificate))
        try stores.tell(Asking.redis("SET stock 41", at: server.url))
        // On the same connection, which has had tickets since.
        for _ in 0..<3 { #expect(try stores.ask(Asking.redis("GET stock", at: server.url)).number == 41) }
        let error = try #require(Asking.stores().failure(Asking.redis("GET stock", at: server.url)))
        #expect(error.status == .unavailable && error.message.hasPrefix("shop.yaml:12: redis: "))
        #expect(error.message.contains("--tls-ca FILE") && !error.message.contains("is Redis running there"))
    }
}
