import RedisDriver
import Testing

/// The URL that programs of the user's are given.
struct EndpointForProgramsTests {
    @Test(
        arguments: [
            ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379"),
            ("redis://:a%2Fb%40c@127.0.0.1:7000/3", "redis://default:a%2Fb%40c@127.0.0.1:7000/3"),
            ("redis://ann:secret@[::1]:6379", "redis://ann:secret@[::1]:6379"),
            ("unix://:secret@/tmp/redis.sock?db=2", "unix://default:secret@/tmp/redis.sock?db=2"),
        ])
    func hasThePassword(_ given: String, _ url: String) throws {
        let endpoint = try RedisEndpoint(url: given, environment: [:])
        #expect(endpoint.urlWithPassword == url)
        // It is read as it was written.
        let again = try RedisEndpoint(url: url, environment: [:])
        #expect(again.password == endpoint.password && again.transport == endpoint.transport)
        #expect(again.database == endpoint.database)
    }
}
