/** Text from outside, made safe to print. Pure. */

/** `text` without the control characters that would steer a terminal. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}
