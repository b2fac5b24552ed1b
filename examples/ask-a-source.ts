import { defineStrategy, z } from 'truetape';

export default defineStrategy({
  name: 'ask_a_source',
  description: 'Asks the source `forecast` of the paper config once, and notes what it said.',
  parameters: z.object({}),
  create(desk) {
    return {
      onStart() {
        desk.ask('forecast', { city: 'NYC' });
      },
      onAnswer({ source, body, error }) {
        if (error !== undefined) return; // the source did not answer, or said no: the reason
        desk.note(`${source}: ${JSON.stringify(body)}`);
      },
    };
  },
});
