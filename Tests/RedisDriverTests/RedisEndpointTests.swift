import FlashSale
import Foundation
import RedisDriver
import Testing

struct RedisEndpointTests {
    struct Good: Sendable, CustomTestStringConvertible {
        var url: String
        var endpoint: RedisEndpoint
        var redacted: String
        var testDescription: String { url }

        init(_ url: String, _ endpoint: RedisEndpoint, _ redacted: String) {
            self.url = url
            self.endpoint = endpoint
            self.redacted = redacted
        }
    }

    private static func tcp(
        _ host: String = "h", _ port: Int = 6379, user: String? = nil, password: String? = nil, database: Int = 0
    ) -> RedisEndpoint {
        RedisEndpoint(
            transport: .tcp(host: host, port: port), username: user, password: password, database: database)
    }

    /// The same server, with TLS.
    private static func secure(_ endpoint: RedisEndpoint) -> RedisEndpoint {
        var endpoint = endpoint
        endpoint.tls = .init()
        return endpoint
    }

    private static func unix(
        _ path: String, user: String? = nil, password: String? = nil, database: Int = 0
    ) -> RedisEndpoint {
        RedisEndpoint(transport: .unix(path: path), username: user, password: password, database: database)
    }

    static let good: [Good] = [
        Good("redis://h", tcp(), "redis://h:6379"),
        Good("REDIS://h/", tcp(), "redis://h:6379"),
        Good("redis://h:7000/3", tcp("h", 7000, database: 3), "redis://h:7000/3"),
        Good("redis://h?db=4", tcp(database: 4), "redis://h:6379/4"),
        Good("redis://h:/0", tcp(), "redis://h:6379"),
        Good("redis://:pass@h", tcp(password: "pass"), "redis://h:6379"),
        Good("redis://u:p@h:1/2", tcp("h", 1, user: "u", password: "p", database: 2), "redis://u@h:1/2"),
        Good("redis://u:@h", tcp(user: "u", password: ""), "redis://u@h:6379"),
        Good("redis://:@h", tcp(), "redis://h:6379"),
        Good("redis://u:p@ss@h", tcp(user: "u", password: "p@ss"), "redis://u@h:6379"),
        Good("redis://u:a:b@h", tcp(user: "u", password: "a:b"), "redis://u@h:6379"),
        Good("redis://u%40x:p%2F%3A%25@h", tcp(user: "u@x", password: "p/:%"), "redis://u%40x@h:6379"),
        Good("redis://u:%E2%82%AC@h", tcp(user: "u", password: "€"), "redis://u@h:6379"),
        Good("redis://[::1]:6380/2", tcp("::1", 6380, database: 2), "redis://[::1]:6380/2"),
        Good("redis://[::1]", tcp("::1"), "redis://[::1]:6379"),
        Good("rediss://h", secure(tcp()), "rediss://h:6379"),
        Good(
            "REDISS://u:p@[::1]:1/2", secure(tcp("::1", 1, user: "u", password: "p", database: 2)),
            "rediss://u@[::1]:1/2"),
        Good("unix:///run/redis.sock", unix("/run/redis.sock"), "unix:///run/redis.sock"),
        Good("unix:///run/r.sock?db=2", unix("/run/r.sock", database: 2), "unix:///run/r.sock?db=2"),
        Good("unix://u:p%40@/run/r%20s", unix("/run/r s", user: "u", password: "p@"), "unix://u@/run/r%20s"),
        Good("unix:///a@/b", unix("/a@/b"), "unix:///a%40/b"),
    ]

    @Test(arguments: good)
    func readsAURL(_ good: Good) throws {
        let endpoint = try RedisEndpoint(url: good.url, environment: [:])
        #expect(endpoint == good.endpoint)
        #expect(endpoint.redacted == good.redacted)
        // What a report shows leads to the same server, with the password from the environment.
        let again = try RedisEndpoint(url: endpoint.redacted, environment: ["REDISCLI_AUTH": "x"])
        #expect(again.redacted == good.redacted)
    }

    @Test(arguments: [
        ("", "is empty"), ("localhost:6379", "did you mean redis://localhost:6379?"),
        ("localhost", "did you mean redis://localhost?"), ("/run/r.sock", "did you mean unix:///run/r.sock?"),
        ("u:SECRET@h:1", "put redis:// before it"), ("rediss://h:0", "1 to 65535"), ("rediss://", "has no host"),
        ("http://h", "found the scheme \"http\""), ("redis://", "has no host"), ("redis://:6379", "has no host"),
        ("redis://u:SECRET@", "has no host"), ("redis://h:0", "1 to 65535"), ("redis://h:65536", "1 to 65535"),
        ("redis://h:+1", "1 to 65535"), ("redis://u:SECRET", "after user:password comes @host"),
        ("redis://::1", "has no host"), ("redis://fe80::1", "in brackets"), ("redis://[::1", "closing bracket"),
        ("redis://[::1]x", "1 to 65535"), ("redis://[SECRET]", "no IPv6 address"), ("redis://[[.]", "no IPv6 address"),
        ("redis://h/x", "database \"x\""), ("redis://h/-1", "database \"-1\""),
        ("redis://h/99999999999", "database"), ("redis://h/1?db=2", "twice"), ("redis://h?x=SECRET", "parameter \"x\""),
        ("redis://h#1", "write it as %23"), ("redis://u:SEC/RET@h", "write / as %2F"),
        ("redis://u:SEC#RET@h", "# as %23"), ("redis://u:SECRET%zz@h", "write it as %25"),
        ("redis://u:SECRET%ff@h", "write it as %25"), ("redis://u@h", "names a user but no password"),
        ("unix://run/r.sock", "no absolute path"), ("unix:///r?db=x", "database \"x\""), ("unix:///%zz", "%25"),
        ("unix:///r?db=1:SECRET@/h", "@ after its path"), ("unix:///r?x:SECRET@/h=1", "@ after its path"),
        ("u:SECRET@\u{301}h", "joins the sign"), ("redis://u:SECRET@\u{301}h", "joins the sign"),
        ("redis://h\u{70F}:1", "joins the sign"), ("redis://h\u{70F}", "joins the sign"),
        ("redis://h/\u{200D}1", "joins the sign"),
        ("unix:///%00", "UTF-8"), ("unix:///" + String(repeating: "x", count: 107), "108 bytes"),
    ])
    func refusesAURL(_ url: String, because reason: String) {
        #expect {
            try RedisEndpoint(url: url, environment: [:])
        } throws: { error in
            let text = "\(error)"
            return text.contains(reason) && !text.contains("SEC") && !text.contains("RET")
        }
    }

    @Test func takesThePasswordFromTheEnvironment() throws {
        let environment = ["REDISCLI_AUTH": "other"]
        #expect(try RedisEndpoint(url: "redis://h", environment: environment).password == "other")
        #expect(try RedisEndpoint(url: "redis://u@h", environment: environment).password == "other")
        #expect(try RedisEndpoint(url: "redis://:own@h", environment: environment).password == "own")
        #expect(try RedisEndpoint(url: "redis://h", environment: ["REDISCLI_AUTH": ""]).password == nil)
    }

    @Test(arguments: [
        ("redis://h:1", "redis://h:1", "redis-cli -u redis://h:1"),
        ("redis://u:SECRET@h/2", "redis://u@h:6379/2", "redis-cli -u redis://h:6379/2 --user u"),
        ("rediss://u:SECRET@h/2", "rediss://u@h:6379/2", "redis-cli -u rediss://h:6379/2 --user u"),
        ("redis://[::1]:1", "'redis://[::1]:1'", "redis-cli -u 'redis://[::1]:1'"),
        ("unix:///a/b.sock?db=2", "'unix:///a/b.sock?db=2'", "redis-cli -s /a/b.sock"),
        ("unix:///a%27b", "unix:///a%27b", "redis-cli -s '/a'\\''b'"),
    ])
    func isAWordOfAShell(_ url: String, word: String, client: String) throws {
        let endpoint = try RedisEndpoint(url: url, environment: [:])
        #expect(endpoint.shellWord == word && endpoint.redisCLI == client, "\(endpoint.shellWord) \(endpoint.redisCLI)")
    }

    @Test func aShellIsToldOfTLS() throws {
        let tls = RedisEndpoint.TLS(authorities: "/a b.pem", certificate: "/c.pem", key: "/k.pem", name: "shop")
        let endpoint = try RedisEndpoint(url: "rediss://u:SECRET@h", environment: [:], tls: tls)
        #expect(endpoint.tls == tls)
        #expect(
            endpoint.redisCLI
                == "redis-cli -u rediss://h:6379 --cacert '/a b.pem' --cert /c.pem --key /k.pem --sni shop --user u")
        #expect(
            endpoint.cleanFlags
                == "--redis rediss://u@h:6379 --tls-ca '/a b.pem' --tls-cert /c.pem --tls-key /k.pem --tls-name shop")
        // What is for TLS is for nothing else.
        #expect(try RedisEndpoint(url: "redis://h", environment: [:], tls: tls).tls == nil)
        #expect(try RedisEndpoint(url: "redis://h", environment: [:], tls: tls).cleanFlags == "--redis redis://h:6379")
        #expect(try RedisEndpoint(url: "unix:///r", environment: [:], tls: tls).tls == nil)
    }

    @Test func neverShowsThePassword() throws {
        let endpoint = try RedisEndpoint(url: "redis://u:SECRET@h", environment: [:])
        var dumped = ""
        dump(endpoint, to: &dumped)
        dump([Optional(endpoint)], to: &dumped)
        let texts = [
            "\(endpoint)", String(describing: endpoint), String(reflecting: endpoint), "\([endpoint])", dumped,
            "\(Optional(endpoint) as Any)",
        ]
        for text in texts { #expect(!text.contains("SECRET") && text.contains("redis://u@h:6379")) }
    }

    @Test func survivesJSON() throws {
        for good in Self.good {
            let data = try JSONEncoder().encode(good.endpoint)
            #expect(try JSONDecoder().decode(RedisEndpoint.self, from: data) == good.endpoint)
        }
    }
}
