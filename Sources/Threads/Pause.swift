/// Waits so long, where nothing that happens here ends the wait: a service is to be asked again later.
package func pause(for duration: Duration) { StopSignal().wait(for: duration) }
