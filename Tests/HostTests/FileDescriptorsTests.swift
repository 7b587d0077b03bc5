import Testing

@testable import Host

/// How many connections a private server is to allow.
struct FileDescriptorsTests {
    @Test func redisDefaultWhereItIsEnough() {
        #expect(FileDescriptors.serverClients(for: 400, limit: 1_048_576) == 10_000)
    }

    @Test func moreWhereTheRunHasMore() {
        #expect(FileDescriptors.serverClients(for: 20_000, limit: 1_048_576) == 20_064)
    }

    /// Redis keeps 32 descriptors for itself, and refuses no run that has room in the rest.
    @Test(arguments: [1, 400, 3_000, 20_000], [0, 1, 500])
    func whatTheLimitAllows(_ clients: Int, _ more: Int) {
        let limit = FileDescriptors.neededByServer(for: clients) + more
        let allowed = FileDescriptors.serverClients(for: clients, limit: limit)
        #expect(allowed >= clients + 32 && allowed + 32 <= limit)
    }
}
