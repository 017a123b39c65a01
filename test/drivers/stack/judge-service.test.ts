import { describe, expect, test } from '@jest/globals';
import { judgeService } from '../../../generator/drivers/stack/judge-service.ts';
import type { SwarmService, SwarmTask } from '../../../generator/drivers/stack/swarm-objects.ts';

const template = (image: string) => ({ ContainerSpec: { Image: image } });

function service(more: Partial<SwarmService> = {}, desired = 2): SwarmService {
  return {
    ID: 's',
    Version: { Index: 1 },
    Spec: { Name: 'shop-web_api', TaskTemplate: { ...template('new'), Runtime: 'container' } },
    ServiceStatus: { RunningTasks: 0, DesiredTasks: desired },
    ...more,
  };
}

let count = 0;
function task(state: string, image = 'new', more: Partial<SwarmTask> = {}, status: object = {}): SwarmTask {
  const id = ++count;
  return {
    ID: `t${id}`,
    CreatedAt: `2030-01-01T00:00:${String(id).padStart(2, '0')}Z`,
    ServiceID: 's',
    DesiredState: ['failed', 'rejected', 'shutdown', 'complete'].includes(state) ? 'shutdown' : 'running',
    Spec: template(image),
    Status: { Timestamp: '2030-01-01T00:00:00Z', State: state, ...status },
    ...more,
  };
}

describe('a service', () => {
  test('is done when as many tasks of what it was told run as it wants, and no former one', () => {
    const updated = service({ UpdateStatus: { State: 'completed' } });
    expect(judgeService(updated, [task('running'), task('running')], 'updated')).toMatchObject({
      state: 'done',
      text: '2 of 2 tasks run',
      early: false,
    });
    const both = [task('running'), task('running'), task('running', 'old')];
    expect(judgeService(service(), both, 'updated').state).toBe('going');
    expect(
      judgeService(service({ UpdateStatus: { State: 'updating' } }), both.slice(0, 2), 'updated').state,
    ).toBe('going');
  });

  test('says how far its tasks have come; a health check that was not passed yet counts as starting', () => {
    const tasks = [task('running'), task('starting'), task('failed')];
    expect(judgeService(service(), tasks, 'new')).toMatchObject({
      state: 'going',
      text: '1 of 2 tasks run, next starting',
      failures: [tasks[2]!.ID],
    });
  });

  test('that has not begun is not done, though nothing of it is amiss', () => {
    const former = [task('running'), task('running')];
    expect(judgeService(service(), former, 'updated')).toMatchObject({ state: 'done', early: true });
    expect(judgeService(service({}, 0), [], 'new')).toMatchObject({ state: 'done', early: true });
  });

  test('whose update was taken back has failed, by the newest task of what it was told before', () => {
    const tasks = [task('failed', 'sick'), task('failed', 'sick'), task('failed', 'new'), task('running')];
    const back = service({ UpdateStatus: { State: 'rollback_completed' } });
    expect(judgeService(back, tasks, 'updated')).toMatchObject({
      state: 'failed',
      text: 'its update failed, the former version runs again',
      culprit: { ID: tasks[1]!.ID },
    });
    // Of an earlier deploy: what runs now is what is wanted.
    expect(judgeService(back, [task('running'), task('running')], 'kept').state).toBe('done');
    const going = service({ UpdateStatus: { State: 'rollback_started' } });
    expect(judgeService(going, tasks, 'updated').state).toBe('rolling back');
  });

  test('whose update is halted has failed, by a task of what it was told', () => {
    const tasks = [task('failed', 'new'), task('failed', 'old'), task('running', 'old')];
    const halted = service({ UpdateStatus: { State: 'paused' } });
    expect(judgeService(halted, tasks, 'updated')).toMatchObject({
      state: 'failed',
      culprit: { ID: tasks[0]!.ID },
    });
  });

  test('that no node can take says why', () => {
    const err = 'no suitable node (scheduling constraints not satisfied on 1 node)';
    expect(judgeService(service(), [task('pending', 'new', {}, { Err: err })], 'new')).toMatchObject({
      state: 'going',
      unplaced: err,
    });
  });

  test('whose tasks have all ended is idle, unless another one is on its way', () => {
    expect(judgeService(service(), [task('failed')], 'new').idle).toBe(true);
    expect(judgeService(service(), [task('failed'), task('preparing')], 'new').idle).toBe(false);
  });
});
