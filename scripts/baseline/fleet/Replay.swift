import CLinux
import Clients
import FlashSale
import Fleet
import Foundation

/// Plays a recorded worker over many links at once: it answers pings, is ready, opens its doors, tells how far it is, sends its journal
/// and its report.
struct Replay {
    private struct Link {
        let descriptor: Int32
        var parser = FrameParser(mostNoise: 0)
        /// What it writes; made before its doors open, so that nothing waits for that afterwards.
        var image: [UInt8] = []
        /// When its doors opened; nil before.
        var opened: UInt64?
        var sent = 0
        var told = 0
        var isOver = false
    }

    private var links: [Link]
    private let seconds: Double
    private var ready: [UInt8] = []
    private var progress: [[UInt8]] = []
    private var report: [UInt8] = []
    /// What the recorded worker had written in the end.
    private var journal: [UInt8] = []

    init(of recording: String, seconds: Double, _ descriptors: [Int32]) throws {
        self.seconds = seconds
        links = descriptors.map { Link(descriptor: $0) }
        var parser = FrameParser(mostNoise: 0)
        let recorded = try Data(contentsOf: URL(fileURLWithPath: recording))
        for event in parser.take(Array(recorded)) {
            switch event {
            case .message(let json): take(json)
            case .piece(let piece):
                let end = piece.offset + piece.bytes.count
                let whole =
                    (end + JournalRecord.segmentSize - 1) / JournalRecord.segmentSize * JournalRecord.segmentSize
                if journal.count < whole { journal += [UInt8](repeating: 0, count: whole - journal.count) }
                journal.replaceSubrange(piece.offset..<end, with: piece.bytes)
            case .greeting, .ping, .pong: break
            }
        }
        guard !ready.isEmpty, !report.isEmpty, !journal.isEmpty else {
            throw Measuring.Failure("the recorded worker did not come to its end")
        }
    }

    private mutating func take(_ json: [UInt8]) {
        guard let message = try? JSONDecoder().decode(WorkerMessage.self, from: Data(json)) else { return }
        let frame = Frame.message(json.dropLast())
        if message.ready != nil { ready = frame }
        if message.progress != nil { progress.append(frame) }
        if message.report != nil { report = frame }
    }

    mutating func run() {
        while links.contains(where: { !$0.isOver }) {
            var pollers = links.map { pollfd(fd: $0.isOver ? -1 : $0.descriptor, events: Int16(POLLIN), revents: 0) }
            poll(&pollers, nfds_t(pollers.count), 5)
            for index in links.indices where pollers[index].revents != 0 { listen(index) }
            for index in links.indices { speak(index) }
        }
    }

    private mutating func listen(_ index: Int) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(links[index].descriptor, &buffer, buffer.count)
        let now = Clock.nanoseconds()
        guard count > 0 else {
            links[index].isOver = true
            return
        }
        for event in links[index].parser.take(buffer[..<count]) {
            switch event {
            case .greeting(let greeting): say(greeting.bytes, index)
            case .ping(let sent):
                say(Frame.pong(sent: sent, received: now, answered: Clock.nanoseconds()), index)
            case .message(let json):
                guard let message = try? JSONDecoder().decode(CoordinatorMessage.self, from: Data(json)) else {
                    continue
                }
                if message.order != nil {
                    links[index].image = bytes(of: index)
                    say(ready, index)
                }
                if let go = message.go { links[index].opened = go.atNanoseconds }
            case .pong, .piece: break
            }
        }
    }

    /// Goes on with what is to be told since the doors opened: ten pieces and ten messages a second.
    private mutating func speak(_ index: Int) {
        guard !links[index].isOver, let opened = links[index].opened else { return }
        let now = Clock.nanoseconds()
        guard now > opened else { return }
        let elapsed = Double(now - opened) / 1e9
        let steps = max(1, Int(seconds * 10))
        let due = min(steps, Int(elapsed * 10))
        while links[index].told < due {
            links[index].told += 1
            if !progress.isEmpty { say(progress[links[index].told % progress.count], index) }
            let end = journal.count * links[index].told / steps / JournalRecord.size * JournalRecord.size
            while links[index].sent < end {
                let start = links[index].sent
                let stop = min(end, (start / JournalRecord.segmentSize + 1) * JournalRecord.segmentSize)
                say(
                    Frame.piece(.init(file: .journal, offset: start, bytes: Array(links[index].image[start..<stop]))),
                    index)
                links[index].sent = stop
            }
        }
        guard links[index].told == steps else { return }
        say(report, index)
        let bytes = links[index].image
        let digest = bytes.withUnsafeBytes { Digest($0).text }
        let mark = WorkerMessage.Delivered(journal: .init(bytes: bytes.count, digest: digest))
        let json = (try? JSONEncoder().encode(WorkerMessage(delivered: mark))) ?? Data()
        say(Frame.message(json), index)
        shutdown(links[index].descriptor, Int32(SHUT_WR))
        links[index].opened = nil
    }

    /// The journal as the worker of that number would have written it.
    private func bytes(of worker: Int) -> [UInt8] {
        var bytes = journal
        bytes.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: UInt32(worker), toByteOffset: 16, as: UInt32.self)
            for offset in stride(from: JournalRecord.headerSize, to: bytes.count, by: JournalRecord.size) {
                let state = bytes.load(fromByteOffset: offset, as: UInt32.self)
                guard state != 0 else { continue }
                bytes.storeBytes(of: state & 0xFFFF | UInt32(worker) << 16, toByteOffset: offset, as: UInt32.self)
                for field in [8, 16, 24] {
                    let number = bytes.load(fromByteOffset: offset + field, as: Int64.self)
                    bytes.storeBytes(
                        of: number + Int64(worker * Measuring.purchases), toByteOffset: offset + field, as: Int64.self)
                }
            }
        }
        return bytes
    }

    private func say(_ bytes: [UInt8], _ index: Int) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(links[index].descriptor, $0.baseAddress! + sent, $0.count - sent)
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}
