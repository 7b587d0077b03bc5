import FlashSale
import Foundation
import RedisDriver
import Testing

/// `redis+sentinel://` and `redis+cluster://`.
struct DeploymentURLTests {
    private typealias Address = RedisEndpoint.Address

    @Test(arguments: [
        ("redis+sentinel://h1,h2:1/mine", "redis+sentinel://h1:26379,h2:1/mine"),
        ("redis+sentinel://u:p@h1/mine/3", "redis+sentinel://u@h1:26379/mine/3"),
        ("redis+sentinel://h/mine?db=3", "redis+sentinel://h:26379/mine/3"),
        ("redis+sentinel://[::1]:5,[fe80::1]/my%2Fown", "redis+sentinel://[::1]:5,[fe80::1]:26379/my%2Fown"),
        ("REDIS+SENTINEL://h/m/", "redis+sentinel://h:26379/m"),
        ("redis+cluster://h1:7000,h2", "redis+cluster://h1:7000,h2:6379"),
        ("redis+cluster://u:p,q@h/", "redis+cluster://u@h:6379"), ("redis+cluster://h/0", "redis+cluster://h:6379"),
        ("redis+cluster://[::1]:7000", "redis+cluster://[::1]:7000"),
    ])
    func isRead(_ url: String, as redacted: String) throws {
        let endpoint = try RedisEndpoint(url: url, environment: [:])
        #expect(endpoint.redacted == redacted && endpoint.mayMove)
        let again = try RedisEndpoint(url: redacted, environment: ["REDISCLI_AUTH": "x"])
        #expect(again.redacted == redacted)
        let data = try JSONEncoder().encode(endpoint)
        #expect(try JSONDecoder().decode(RedisEndpoint.self, from: data) == endpoint)
    }

    @Test func hasItsParts() throws {
        let endpoint = try RedisEndpoint(url: "redis+sentinel://u:p@h1,h2:7/mine/2", environment: [:])
        #expect(
            endpoint.deployment
                == .sentinel(
                    .init(sentinels: [Address(host: "h1", port: 26379), Address(host: "h2", port: 7)], name: "mine")))
        #expect(endpoint.username == "u" && endpoint.password == "p" && endpoint.database == 2)
        let node = endpoint.at(Address(host: "n", port: 9))
        #expect(node == RedisEndpoint(transport: .tcp(host: "n", port: 9), username: "u", password: "p", database: 2))
    }

    @Test(arguments: [
        ("redis+sentinel://h", "what the Sentinels call the primary"),
        ("redis+sentinel://h//1", "what the Sentinels call the primary"), ("redis+sentinel:///m", "empty host"),
        ("redis+sentinel://h,,i/m", "empty host"), ("redis+sentinel://h,h:26379/m", "twice"),
        ("redis+sentinel://h/m/x", "database \"x\""), ("redis+sentinel://h/%zz", "write % as %25"),
        ("redis+sentinel://h/m?x=SECRET", "parameter \"x\""), ("redis+sentinel://h:0/m", "1 to 65535"),
        ("redis+cluster://h/1", "only database 0"), ("redis+cluster://h?db=1", "only database 0"),
        ("redis+cluster://h,", "empty host"), ("redis+cluster://u:SEC/RET@h", "write / as %2F"),
        ("redis+other://h", "redis+cluster://"),
    ])
    func isRefused(_ url: String, because reason: String) {
        #expect {
            try RedisEndpoint(url: url, environment: [:])
        } throws: { error in
            "\(error)".contains(reason) && !"\(error)".contains("SEC")
        }
    }

    @Test func sentinelsHavePasswordsOfTheirOwn() throws {
        let url = "redis+sentinel://:data@h/m"
        let environment = ["STRESS_SENTINEL_AUTH": "SECRET", "STRESS_SENTINEL_USER": "watcher"]
        let endpoint = try RedisEndpoint(url: url, environment: environment)
        guard case .sentinel(let group) = endpoint.deployment else {
            Issue.record("no Sentinels")
            return
        }
        #expect(group.password == "SECRET" && group.username == "watcher" && endpoint.password == "data")
        var dumped = "\(endpoint) \(endpoint.urlWithPassword)"
        dump(endpoint, to: &dumped)
        #expect(!dumped.contains("SECRET"))
        #expect(throws: RedisURLError.self) {
            try RedisEndpoint(url: url, environment: ["STRESS_SENTINEL_USER": "watcher"])
        }
        // A server alone has no Sentinels.
        #expect(try RedisEndpoint(url: "redis://h", environment: environment).deployment == .single)
    }

    /// The slots that Redis 7.0.15 gives (CLUSTER KEYSLOT).
    @Test(arguments: [
        ("", 0), ("foo", 12182), ("123456789", 12739), ("{user1000}.following", 3443), ("{user1000}.followers", 3443),
        ("foo{}{bar}", 8363), ("foo{{bar}}zap", 4015), ("foo{bar}{zap}", 5061), ("{stress:abc}:stock", 3537),
    ])
    func aKeyHasItsSlot(_ key: String, _ slot: Int) { #expect(ClusterSlot.of(Array(key.utf8)) == slot) }

    @Test func aSaleHasOneSlot() throws {
        let cluster = try RedisEndpoint(url: "redis+cluster://h", environment: [:]).forKeys(tagged: "{stress:abc}")
        #expect(cluster.deployment == .cluster(.init(nodes: [Address(host: "h", port: 6379)], slot: 3537)))
        let single = try RedisEndpoint(url: "redis://h", environment: [:])
        #expect(single.forKeys(tagged: "{stress:abc}") == single)
    }
}
