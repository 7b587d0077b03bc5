import AllocationCounter
import FlashSale
import RedisDriver
import Strategies
import TestSupport
import Testing

struct ConnectionAllocationTests {
    /// A round trip of a thread that waits takes nothing from the heap.
    @Test func aRoundTripAllocatesNothing() throws {
        let rounds = 200
        // A step's replies come together, as they do from Redis.
        let server = ScriptedServer { peer in
            peer.read(until: "PING\r\n")
            peer.write("+PONG\r\n")
            for _ in 0..<rounds {
                peer.read(until: "GO\r\n")
                peer.write("+QUEUED\r\n:41\r\n")
            }
        }
        var connection = try server.connect()
        let request = Array("GO\r\n".utf8)
        var reply = Reply()
        var blocks = 0
        // The first rounds make the buffers as large as they have to be.
        for round in 0..<rounds {
            let before = allocation_counter_blocks()
            try connection.send(request)
            try connection.receive(into: &reply)
            try connection.receive(into: &reply)
            if round >= 100 { blocks += allocation_counter_blocks() - before }
        }
        #expect(reply.integer() == 41)
        #expect(blocks == 0)
    }
}
