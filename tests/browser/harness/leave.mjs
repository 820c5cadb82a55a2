// What must not outlive this process, even when the runner ends it with a signal because it takes too long.
const actions = []

/** Calls `action`, which must be synchronous, when this process ends; the newest first. */
export function whenLeaving(action) {
  actions.unshift(action)
}

/** Ends a browser and what it has started; they are a process group. */
export const killGroup = (child) => () => child && process.kill(-child.pid, 'SIGKILL')

function leave() {
  for (const action of actions.splice(0)) {
    try {
      action()
    } catch {
      // It has ended already.
    }
  }
}

process.once('exit', leave)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    leave()
    process.kill(process.pid, 'SIGKILL') // an orderly exit can be held up by what others do on exit
  })
}
