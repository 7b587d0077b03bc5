internal import FlashSale
internal import RedisDriver
internal import Strategies

extension Connection {
    /// Asks, where the server is our own and has nothing else to do.
    mutating func asked(_ words: [String], _ more: [[UInt8]] = []) throws(RunError) -> Reply {
        do throws(ConnectionError) {
            return try call(words.map { Array($0.utf8) } + more)
        } catch {
            throw RunError(.unavailable, "the private Redis was lost: \(error)")
        }
    }

    mutating func asked(all commands: [[[UInt8]]]) throws(RunError) -> [Reply] {
        guard !commands.isEmpty else { return [] }
        do throws(ConnectionError) {
            return try call(all: commands)
        } catch {
            throw RunError(.unavailable, "the private Redis was lost: \(error)")
        }
    }
}
