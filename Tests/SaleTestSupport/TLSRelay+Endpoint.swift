package import RedisDriver
package import TestSupport

extension TLSRelay {
    package var endpoint: RedisEndpoint {
        RedisEndpoint(
            transport: .tcp(host: "127.0.0.1", port: port), tls: .init(authorities: authority.certificate))
    }
}
