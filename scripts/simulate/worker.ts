/** A process that runs the seeds it is told and answers with what each came to; with a bug when one is planted. */
import { plants, sow } from '../../test/simulate/plants.ts';

const [, , name = ''] = process.argv;
const plant = plants.find((one) => one.name === name);
if (plant) sow(plant);
// Only now: what is imported before the sowing has no bug.
const { World } = await import('../../test/simulate/world.ts');

process.on('message', (seed: number) => {
  new World(seed).run(seed).then(
    (result) => process.send?.({ ...result, faults: [...result.faults] }),
    (error: unknown) => {
      process.send?.({
        seed,
        broken: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    },
  );
});
